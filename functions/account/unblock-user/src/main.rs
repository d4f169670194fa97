//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(unblock_user::function())
}
