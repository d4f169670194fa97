//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(update_profile::function())
}
