//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(revoke_invite_link::function())
}
