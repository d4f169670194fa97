//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(message_reply_to::function())
}
