//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(unstar_message::function())
}
