//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(on_attachment_released::function())
}
