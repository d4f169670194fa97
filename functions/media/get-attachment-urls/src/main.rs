//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(get_attachment_urls::function())
}
