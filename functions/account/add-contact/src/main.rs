//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(add_contact::function())
}
