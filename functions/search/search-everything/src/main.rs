//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(search_everything::function())
}
