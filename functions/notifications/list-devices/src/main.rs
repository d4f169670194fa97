//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(list_devices::function())
}
