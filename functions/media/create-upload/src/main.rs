//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(create_upload::function())
}
