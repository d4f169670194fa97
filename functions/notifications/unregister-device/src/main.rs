//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(unregister_device::function())
}
