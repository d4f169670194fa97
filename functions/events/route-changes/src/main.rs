//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(route_changes::function())
}
