//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(blocked_user_user::function())
}
