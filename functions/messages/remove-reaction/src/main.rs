//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(remove_reaction::function())
}
