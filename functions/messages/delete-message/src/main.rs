//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(delete_message::function())
}
