//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(push_messages::function())
}
