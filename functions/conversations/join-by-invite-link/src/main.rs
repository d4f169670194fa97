//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(join_by_invite_link::function())
}
