//! The process of the function.

fn main() -> Result<(), lambda::StartError> {
    lambda::run(audit_events::function())
}
