//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(set_typing::function())
}
