use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials as SdkCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use http::HeaderMap;

use super::*;
use crate::credentials::Credentials;
use crate::policy::{Role, Statement};

struct Signer {
    credentials: Credentials,
    service: &'static str,
}

/// A request as it arrives.
#[derive(Clone)]
struct Sent {
    method: &'static str,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Signer {
    /// Signs as the AWS SDK does.
    fn sign(&self, now: SystemTime, target: &str, body: &[u8]) -> Sent {
        let Credentials { access_key_id, secret_key, session_token, .. } = self.credentials.clone();
        let identity = SdkCredentials::new(access_key_id, secret_key, session_token, None, "test").into();
        let mut settings = SigningSettings::default();
        if self.service == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let params = SigningParams::builder().identity(&identity).region("us-east-1").name(self.service);
        let params = params.time(now).settings(settings).build().unwrap().into();
        let url = format!("http://localhost:4000{target}");
        let plain = [("content-type", "application/json"), ("x-amz-target", "Service_1.Do  It ")];
        let signable =
            SignableRequest::new("POST", &url, plain.into_iter(), SignableBody::Bytes(body)).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let mut request = http::Request::post(&url).body(()).unwrap();
        instructions.apply_to_request_http1x(&mut request);
        let mut headers = request.headers().clone();
        headers.insert("host", "localhost:4000".parse().unwrap());
        for (name, value) in plain {
            headers.insert(name, value.parse().unwrap());
        }
        Sent { method: "POST", target: target.to_owned(), headers, body: body.to_vec() }
    }
}

struct Service {
    verifier: Verifier,
    store: Arc<CredentialStore>,
    clock: Clock,
}

impl Service {
    fn new() -> Self {
        let clock = Clock::default();
        let store = Arc::new(CredentialStore::new(clock.clone(), b"master"));
        let mut policies = Policies::new("us-east-1");
        let publish = Statement::allow(&["appsync:GraphQL"], vec!["arn:aws:appsync:*:*:apis/a/*".to_owned()]);
        policies.grant(Role::Function("publish-changes".to_owned()), [publish]);
        let verifier = Verifier::new(store.clone(), Arc::new(policies), clock.clone());
        Service { verifier, store, clock }
    }

    fn now(&self) -> SystemTime {
        let nanos = u64::try_from(self.clock.now().as_nanosecond()).unwrap();
        SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos)
    }

    fn receive(&self, service: &str, sent: &Sent) -> Result<Principal, SignatureError> {
        let (path, query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
        self.verifier.verify(&SignedRequest {
            service,
            method: sent.method,
            path,
            query,
            headers: &sent.headers,
            body: &sent.body,
        })
    }
}

fn function(name: &str) -> Principal {
    Principal::Function { name: name.to_owned() }
}

#[test]
fn requests_that_the_sdk_signs_are_verified() {
    let service = Service::new();
    let targets = [
        "/",
        "/graphql",
        "/graphql/connect",
        "/v2/email/outbound-emails",
        "/a%20b/c%2Fd/",
        "/a/../b//c",
        "/?b=2&a=1&a=%2F%20&empty=",
        "/x?list-type=2&prefix=caf%C3%A9~",
    ];
    for name in ["dynamodb", "appsync", "s3"] {
        let signer = Signer { credentials: service.store.function("get-me"), service: name };
        for target in targets {
            for body in ["", "{}", "{\"text\":\"xin chào\"}"] {
                let sent = signer.sign(service.now(), target, body.as_bytes());
                assert_eq!(service.receive(name, &sent), Ok(function("get-me")), "{name} {target} {body}");
            }
        }
    }
}

#[test]
fn temporary_credentials_sign_with_their_token() {
    let service = Service::new();
    let guest = Principal::Identity {
        pool_id: "us-east-1:pool".to_owned(),
        identity_id: "us-east-1:me".to_owned(),
        user_sub: None,
        provider: None,
    };
    let credentials = service.store.issue(guest.clone(), Duration::from_secs(600));
    let signer = Signer { credentials, service: "appsync" };
    let sent = signer.sign(service.now(), "/graphql", b"{}");
    assert_eq!(service.receive("appsync", &sent), Ok(guest));
    let mut without = sent.clone();
    without.headers.remove("x-amz-security-token");
    assert_eq!(service.receive("appsync", &without), Err(SignatureError::UnknownKey));
    service.clock.advance(SignedDuration::from_secs(601));
    assert_eq!(service.receive("appsync", &sent), Err(SignatureError::Expired));
}

#[test]
fn whatever_is_changed_on_the_way_breaks_the_signature() {
    let service = Service::new();
    let signer = Signer { credentials: service.store.function("get-me"), service: "dynamodb" };
    let sent = signer.sign(service.now(), "/?a=1", b"{\"Key\":1}");
    let changes: [fn(&mut Sent); 8] = [
        |sent| sent.body = b"{\"Key\":2}".to_vec(),
        |sent| sent.method = "PUT",
        |sent| sent.target = "/?a=2".to_owned(),
        |sent| sent.target = "/b?a=1".to_owned(),
        |sent| drop(sent.headers.insert("x-amz-target", "Service_1.Other".parse().unwrap())),
        |sent| drop(sent.headers.insert("host", "elsewhere:4000".parse().unwrap())),
        |sent| {
            sent.headers.append("content-type", "text/plain".parse().unwrap());
        },
        |sent| drop(sent.headers.remove("content-type")),
    ];
    assert_eq!(service.receive("dynamodb", &sent), Ok(function("get-me")));
    for (number, change) in changes.into_iter().enumerate() {
        let mut changed = sent.clone();
        change(&mut changed);
        assert_eq!(service.receive("dynamodb", &changed), Err(SignatureError::Mismatch), "change {number}");
    }
}

#[test]
fn a_signature_holds_for_one_service_and_one_key() {
    let service = Service::new();
    let signer = Signer { credentials: service.store.function("get-me"), service: "dynamodb" };
    let sent = signer.sign(service.now(), "/", b"{}");
    assert_eq!(service.receive("events", &sent), Err(SignatureError::Mismatch));
    let mut credentials = service.store.function("get-me");
    credentials.secret_key = service.store.function("send-message").secret_key;
    let forged = Signer { credentials, service: "dynamodb" }.sign(service.now(), "/", b"{}");
    assert_eq!(service.receive("dynamodb", &forged), Err(SignatureError::Mismatch));
    let mut credentials = service.store.function("get-me");
    credentials.access_key_id = "AKIANOBODY".to_owned();
    let unknown = Signer { credentials, service: "dynamodb" }.sign(service.now(), "/", b"{}");
    assert_eq!(service.receive("dynamodb", &unknown), Err(SignatureError::UnknownKey));
}

#[test]
fn clocks_may_be_five_minutes_apart() {
    let service = Service::new();
    let signer = Signer { credentials: service.store.developer(), service: "dynamodb" };
    let ago = |seconds| signer.sign(service.now() - Duration::from_secs(seconds), "/", b"{}");
    let ahead = |seconds| signer.sign(service.now() + Duration::from_secs(seconds), "/", b"{}");
    assert_eq!(service.receive("dynamodb", &ago(290)), Ok(Principal::Developer));
    assert_eq!(service.receive("dynamodb", &ahead(290)), Ok(Principal::Developer));
    assert_eq!(service.receive("dynamodb", &ago(310)), Err(SignatureError::Expired));
    assert_eq!(service.receive("dynamodb", &ahead(310)), Err(SignatureError::Expired));
}

#[test]
fn rights_come_from_the_policies() {
    let Service { verifier, .. } = Service::new();
    let field = "arn:aws:appsync:us-east-1:000000000000:apis/a/types/Mutation/fields/publishEvents";
    assert!(verifier.allows(&function("publish-changes"), "appsync:GraphQL", field));
    assert!(!verifier.allows(&function("get-me"), "appsync:GraphQL", field));
    assert!(verifier.allows(&Principal::Developer, "appsync:GraphQL", field));
}

/// The worked example of AWS's documentation: `ListUsers` of IAM.
#[test]
fn the_example_of_the_documentation_is_reproduced() {
    let mut headers = HeaderMap::new();
    headers.insert("host", "iam.amazonaws.com".parse().unwrap());
    headers.insert("content-type", "application/x-www-form-urlencoded; charset=utf-8".parse().unwrap());
    headers.insert("x-amz-date", "20150830T123600Z".parse().unwrap());
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
        SignedHeaders=content-type;host;x-amz-date, \
        Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    headers.insert("authorization", authorization.parse().unwrap());
    let request = SignedRequest {
        service: "iam",
        method: "GET",
        path: "/",
        query: "Action=ListUsers&Version=2010-05-08",
        headers: &headers,
        body: b"",
    };
    let service = Service::new();
    let authorization = Authorization::read(&headers).unwrap();
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    // The signature is right and eleven years old; a wrong secret is told apart from that.
    assert_eq!(service.verifier.check(&authorization, &request, secret), Err(SignatureError::Expired));
    let service = Service::new();
    assert_eq!(service.verifier.check(&authorization, &request, "other"), Err(SignatureError::Mismatch));
}
