//! `Mutation.registerDevice`: registers a device of the caller's for push, for anybody signed in.
//! `BadRequest` for a platform that is not set up or a token that it does not know, `LimitExceeded` for the eleventh.

use domain::Error;
use domain::notification::{Device, Platform, Registration};
use lambda::{Context, Function, SignedIn, field};
use notify::Pushes;
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    input: Registration,
}

/// Opens the way to the device, then keeps it. A way that nobody keeps leads nowhere and does no harm.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Device, Error> {
    let registration = arguments.input;
    let platform = registration.platform;
    let application = ctx.variable(variable(platform)).ok_or_else(|| not_set_up(platform))?;
    let pushes = Pushes::new(ctx.sdk());
    let arn = pushes.endpoint_open(application, &registration.token).await?;
    let registered = ctx.store().device_put(&caller.user_id, &registration, &arn, ctx.now()).await?;
    for stale in &registered.stale {
        if let Err(error) = pushes.endpoint_close(stale).await {
            let inner = error.inner().unwrap_or_default();
            tracing::warn!(inner, "the endpoint of an earlier token stays");
        }
    }
    Ok(registered.device)
}

/// Firebase carries for browsers as well.
fn variable(platform: Platform) -> &'static str {
    match platform {
        Platform::Apns => "APNS_APPLICATION_ARN",
        Platform::ApnsSandbox => "APNS_SANDBOX_APPLICATION_ARN",
        Platform::Fcm | Platform::Web => "FCM_APPLICATION_ARN",
    }
}

fn not_set_up(platform: Platform) -> Error {
    Error::bad_request(format!("platform: {} is not set up here", platform.as_str()))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_that_the_schema_allows_is_read() {
        let read = |input| lambda::parse::<Arguments>(json!({ "input": input }));
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        let least = json!({ "id": id, "platform": "WEB", "token": "a".repeat(64) });
        assert!(read(least.clone()).is_ok());
        let mut most = least.clone();
        for (name, value) in [("name", "Bob's phone"), ("locale", "vi"), ("appVersion", "1.2.3")] {
            most[name] = json!(value);
        }
        assert!(read(most).is_ok());
        let mut wrong = least;
        wrong["token"] = json!("two words");
        let message = read(wrong).unwrap_err().message().to_owned();
        assert!(message.starts_with("input.token") && !message.contains("two words"), "{message}");
    }
}
