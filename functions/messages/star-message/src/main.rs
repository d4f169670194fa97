//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(star_message::function())
}
