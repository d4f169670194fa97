//! The services of AWS that share one path: told apart by the operation that a request names.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use local_aws::dynamodb::Gate;
use local_aws::events::Bus;
use local_aws::http::Response as ServiceResponse;
use local_aws::mail::Ses;
use local_aws::objects::Objects;
use local_aws::push::Sns;
use local_aws::schedules::Scheduler;
use local_cognito::Cognito;
use local_core::principal::Principal;
use local_core::verify::Signatures;

use super::signed;

/// The largest request of all services: BatchWriteItem takes 16 MB.
const LARGEST: usize = 17 * 1024 * 1024;

/// The largest request to S3: an object of more than this has to come in parts. AWS allows 5 GB.
const LARGEST_OBJECT: usize = 256 * 1024 * 1024;

/// What answers `POST /`. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) signatures: Arc<dyn Signatures>,
    /// None if the template has no user pool.
    pub(crate) cognito: Option<Cognito>,
    pub(crate) gate: Gate,
    pub(crate) bus: Bus,
    pub(crate) ses: Ses,
    pub(crate) sns: Sns,
    pub(crate) objects: Objects,
    pub(crate) scheduler: Scheduler,
}

/// Takes what is for S3 out of everything else: its buckets' names stand in paths and hosts alike.
pub(super) async fn objects_first(
    State(services): State<Services>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    if !services.objects.is_for(&parts) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    match axum::body::to_bytes(body, LARGEST_OBJECT).await {
        Ok(body) => services.objects.handle_http(http::Request::from_parts(parts, body)).await,
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

pub(super) async fn post(State(services): State<Services>, request: Request) -> Response {
    let (parts, body) = match read(request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let target =
        parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match target.split('.').next().unwrap_or_default() {
        "AWSCognitoIdentityProviderService" | "AWSCognitoIdentityService" => {
            services.cognito(target, &parts, &body).await
        }
        "DynamoDB_20120810" | "DynamoDBStreams_20120810" => services.dynamodb(target, &parts, &body).await,
        "AWSEvents" => {
            services.signed("events", &parts, &body, |caller| services.bus.handle_http(target, caller, &body))
        }
        // Amazon's query protocol: a form, and no header that names the operation.
        "" if signed::service(&parts) == Some("sns") => {
            services.signed("sns", &parts, &body, |caller| services.sns.handle_http(caller, &body))
        }
        _ => unknown(&parts),
    }
}

pub(super) async fn send_mail(State(services): State<Services>, request: Request) -> Response {
    let (parts, body) = match read(request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    services.signed("ses", &parts, &body, |caller| services.ses.handle_http(method, path, caller, &body))
}

pub(super) async fn schedule(State(services): State<Services>, request: Request) -> Response {
    let (parts, body) = match read(request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    services.signed("scheduler", &parts, &body, |caller| {
        services.scheduler.handle_http(parts.method.as_str(), &parts.uri, caller, &body)
    })
}

impl Services {
    /// People are not signed, so that a bad signature is none; boto3 signs everything with whatever it has.
    async fn cognito(&self, target: &str, parts: &Parts, body: &Bytes) -> Response {
        let Some(cognito) = &self.cognito else {
            let message = "the template has no user pool";
            return answer(ServiceResponse::refusal(400, "ResourceNotFoundException", message));
        };
        let service = signed::service(parts).unwrap_or("cognito-idp");
        let caller = signed::signer(&*self.signatures, service, parts, body).ok();
        cognito.handle(target, body, caller).await.into_response()
    }

    /// Runs a call for whoever signed it.
    fn signed(
        &self,
        service: &str,
        parts: &Parts,
        body: &Bytes,
        call: impl FnOnce(&Principal) -> ServiceResponse,
    ) -> Response {
        match signed::signer(&*self.signatures, service, parts, body) {
            Ok(caller) => answer(call(&caller)),
            Err(error) => answer(signed::refusal(&error)),
        }
    }

    async fn dynamodb(&self, target: &str, parts: &Parts, body: &Bytes) -> Response {
        match signed::signer(&*self.signatures, "dynamodb", parts, body) {
            Ok(caller) => answer(self.gate.handle_http(target, &caller, body).await),
            Err(error) => answer(signed::refusal(&error)),
        }
    }
}

async fn read(request: Request) -> Result<(Parts, Bytes), Response> {
    let (parts, body) = request.into_parts();
    match axum::body::to_bytes(body, LARGEST).await {
        Ok(body) => Ok((parts, body)),
        Err(_) => Err(StatusCode::PAYLOAD_TOO_LARGE.into_response()),
    }
}

fn answer(response: ServiceResponse) -> Response {
    response.into_http().map(Body::from)
}

fn unknown(parts: &Parts) -> Response {
    let service = signed::service(parts).unwrap_or("this service");
    let message = format!("the local cloud has no such operation of {service}");
    answer(ServiceResponse::refusal(400, "com.amazon.coral.service#UnknownOperationException", &message))
}
