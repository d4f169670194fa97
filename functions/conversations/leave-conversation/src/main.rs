//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(leave_conversation::function())
}
