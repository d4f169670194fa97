//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(publish_changes::function())
}
