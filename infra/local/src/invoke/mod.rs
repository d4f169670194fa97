//! Runs functions: in this process, or elsewhere behind the Lambda API.

mod here;
mod limits;
mod loopback;
mod remote;
mod split;

pub(crate) use here::{InProcess, Prepared};
pub(crate) use limits::Limited;
pub(crate) use loopback::Loopback;
pub(crate) use remote::Remote;
pub(crate) use split::Split;

use lambda::Failure;
use local_core::invoke::InvokeError;

fn refused(failure: Failure) -> InvokeError {
    InvokeError::Function { error_type: failure.error_type, message: failure.error_message }
}
