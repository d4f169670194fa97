//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(unpin_message::function())
}
