//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(forward_messages::function())
}
