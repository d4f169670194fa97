//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(sync_conversations::function())
}
