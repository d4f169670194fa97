//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(register_device::function())
}
