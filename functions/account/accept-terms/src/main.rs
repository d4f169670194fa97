//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(accept_terms::function())
}
