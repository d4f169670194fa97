//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(send_messages::function())
}
