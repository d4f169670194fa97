//! SNS.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sns::types::MessageAttributeValue;
use aws_types::SdkConfig;
use domain::Error;
use domain::notification::PushToken;

use crate::payload::Payload;

/// What became of a message to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// SNS took it.
    Sent,
    /// The platform takes nothing for this device any more, or SNS does not know it: it can be forgotten.
    Gone,
}

/// Push messages and the endpoints of devices.
///
/// The SDK tries a call three times; what fails then is `Unavailable` where it may pass.
#[derive(Debug, Clone)]
pub struct Pushes {
    client: Client,
}

impl Pushes {
    /// With the credentials and connections of a function.
    pub fn new(sdk: &SdkConfig) -> Self {
        Pushes { client: Client::new(sdk) }
    }

    /// The endpoint of a token with a platform application, switched on; made if it is not there. Two calls, three where
    /// the endpoint had been switched off. Done twice it is done once. `BadRequest` if the platform knows no such token.
    pub async fn endpoint_open(&self, application: &str, token: &PushToken) -> Result<String, Error> {
        let create = self.client.create_platform_endpoint().platform_application_arn(application);
        let endpoint = match create.token(token.as_str()).send().await {
            Ok(made) => {
                made.endpoint_arn.ok_or_else(|| Error::internal("sns: an endpoint without a name"))?
            }
            Err(failure) => existing(&failure).ok_or_else(|| refused_token(failure))?,
        };
        let change = self.client.set_endpoint_attributes().endpoint_arn(&endpoint);
        let change = change.attributes("Enabled", "true").attributes("Token", token.as_str());
        change.send().await.map_err(|failure| error("SetEndpointAttributes", &failure))?;
        Ok(endpoint)
    }

    /// Removes an endpoint; one that is not there is no error.
    pub async fn endpoint_close(&self, endpoint: &str) -> Result<(), Error> {
        let request = self.client.delete_endpoint().endpoint_arn(endpoint);
        request.send().await.map(drop).map_err(|failure| error("DeleteEndpoint", &failure))
    }

    /// Sends a message to a device. `Unavailable` if SNS took it not, or may not have.
    pub async fn publish(&self, endpoint: &str, payload: &Payload) -> Result<Delivery, Error> {
        let mut request =
            self.client.publish().target_arn(endpoint).message(&payload.message).message_structure("json");
        for (name, value) in &payload.attributes {
            request = request.message_attributes(*name, text(value)?);
        }
        match request.send().await {
            Ok(_) => Ok(Delivery::Sent),
            Err(failure) if is_gone(&failure) => Ok(Delivery::Gone),
            Err(failure) => Err(error("Publish", &failure)),
        }
    }
}

fn text(value: &str) -> Result<MessageAttributeValue, Error> {
    let attribute = MessageAttributeValue::builder().data_type("String").string_value(value).build();
    attribute.map_err(|failure| Error::internal(format!("sns: {failure}")))
}

fn code<E: ProvideErrorMetadata, R>(failure: &SdkError<E, R>) -> Option<&str> {
    failure.as_service_error().and_then(ProvideErrorMetadata::code)
}

fn is_gone<E: ProvideErrorMetadata, R>(failure: &SdkError<E, R>) -> bool {
    matches!(
        code(failure),
        Some("EndpointDisabled" | "EndpointDisabledException" | "NotFound" | "NotFoundException")
    )
}

/// The endpoint that a token has already with other attributes: SNS names it in its words and nowhere else.
/// <https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html>
fn existing<E: ProvideErrorMetadata, R>(failure: &SdkError<E, R>) -> Option<String> {
    let words = failure.as_service_error()?.message()?;
    let (_, rest) = words.split_once("Endpoint ")?;
    let (arn, _) = rest.split_once(" already exists with the same Token")?;
    arn.starts_with("arn:").then(|| arn.to_owned())
}

/// The words of a refusal repeat the token, so that only its code is told.
fn refused_token<E, R>(failure: SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    match code(&failure) {
        Some("InvalidParameter" | "InvalidParameterException") => {
            Error::bad_request("token: the platform does not know it")
        }
        _ => error("CreatePlatformEndpoint", &failure),
    }
}

fn error<E, R>(operation: &str, failure: &SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let inner = match code(failure) {
        Some(code) => format!("sns:{operation}: {code}"),
        None => format!("sns:{operation}: {}", DisplayErrorContext(failure)),
    };
    match code(failure) {
        Some(
            "AuthorizationError"
            | "AuthorizationErrorException"
            | "InvalidParameter"
            | "InvalidParameterValue",
        ) => Error::internal(inner),
        _ => Error::unavailable(inner),
    }
}
