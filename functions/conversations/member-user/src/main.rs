//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(member_user::function())
}
