//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(edit_message::function())
}
