//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(pin_message::function())
}
