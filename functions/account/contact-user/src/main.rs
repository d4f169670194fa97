//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(contact_user::function())
}
