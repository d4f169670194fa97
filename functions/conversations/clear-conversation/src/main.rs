//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(clear_conversation::function())
}
