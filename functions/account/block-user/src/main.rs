//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(block_user::function())
}
