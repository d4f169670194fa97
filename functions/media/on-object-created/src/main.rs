//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(on_object_created::function())
}
