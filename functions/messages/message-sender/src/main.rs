//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(message_sender::function())
}
