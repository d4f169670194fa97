//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(mark_read::function())
}
