//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(conversation_participants::function())
}
