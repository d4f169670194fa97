//! Addresses that were signed for somebody who has no credentials.

use std::time::Duration;

use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};

use super::sdk::{bytes, client};
use super::{World, request, world};

const FIVE_MINUTES: Duration = Duration::from_secs(300);

async fn address_of(world: &World, function: &str, key: &str) -> String {
    let expiry = PresigningConfig::expires_in(FIVE_MINUTES).unwrap();
    let get = client(world, function).get_object().bucket("media").key(key);
    let get =
        get.response_content_disposition("attachment; filename=\"a.txt\"").response_content_type("text/x");
    get.presigned(expiry).await.unwrap().uri().to_owned()
}

async fn with_an_object() -> World {
    let world = world();
    let put = client(&world, "keeper").put_object().bucket("media").key("uploads/1").body(bytes("secret"));
    put.content_type("text/html").send().await.unwrap();
    world
}

#[tokio::test]
async fn an_address_is_good_for_whoever_has_it_until_it_expires() {
    let world = with_an_object().await;
    let address = address_of(&world, "reader", "uploads/1").await;
    let got = world.get(&address).await;
    assert_eq!((got.status, got.text().as_str()), (200, "secret"));
    assert_eq!(got.headers["content-type"], "text/x");
    assert_eq!(got.headers["content-disposition"], "attachment; filename=\"a.txt\"");
    world.pass(299);
    assert_eq!(world.get(&address).await.status, 200);
    world.pass(2);
    let expired = world.get(&address).await;
    assert_eq!(expired.refusal(), (403, "AccessDenied".to_owned()));
    assert_eq!(expired.element("Message").as_deref(), Some("Request has expired"));
}

#[tokio::test]
async fn an_address_is_good_for_nothing_else() {
    let world = with_an_object().await;
    let address = address_of(&world, "reader", "uploads/1").await;
    let mismatch = (403, "SignatureDoesNotMatch".to_owned());
    for changed in [
        address.replace("uploads/1", "uploads/2"),
        address.replace("uploads/1", "uploads/../uploads/1"),
        address.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
        address.replace("text%2Fx", "text%2Fhtml"),
        format!("{address}&response-cache-control=public"),
        address.replace("localhost:4000", "127.0.0.1:4000"),
    ] {
        assert_ne!(changed, address);
        assert_eq!(world.get(&changed).await.refusal(), mismatch, "{changed}");
    }
    assert_eq!(world.send(request("PUT", &address, "x")).await.refusal(), mismatch);
    let cut = address.replace("X-Amz-Signature=", "X-Amz-Other=");
    assert_eq!(world.get(&cut).await.refusal().0, 403);
    let longer = address.replace("X-Amz-Expires=300", "X-Amz-Expires=604801");
    assert_eq!(world.get(&longer).await.refusal().1, "AuthorizationQueryParametersError");
    assert_eq!(world.get("http://localhost:4000/media/uploads/1").await.refusal().1, "AccessDenied");
}

#[tokio::test]
async fn an_address_has_the_rights_of_its_signer() {
    let world = with_an_object().await;
    let address = address_of(&world, "uploader", "uploads/1").await;
    assert_eq!(world.get(&address).await.refusal(), (403, "AccessDenied".to_owned()));
}

fn put(signed: &PresignedRequest, kind: &str, body: &'static str) -> http::Request<bytes::Bytes> {
    let mut request = request("PUT", signed.uri(), body);
    for (name, value) in signed.headers().filter(|(name, _)| *name != "content-type") {
        request.headers_mut().insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    }
    request.headers_mut().insert("content-type", kind.parse().unwrap());
    request
}

#[tokio::test]
async fn a_presigned_put_binds_key_type_and_length() {
    let world = world();
    let expiry = PresigningConfig::expires_in(FIVE_MINUTES).unwrap();
    let signed = client(&world, "uploader").put_object().bucket("media").key("uploads/1");
    let signed = signed.content_type("image/png").content_length(3).presigned(expiry).await.unwrap();
    let refused = world.send(put(&signed, "text/html", "abc")).await;
    assert_eq!(refused.refusal(), (403, "SignatureDoesNotMatch".to_owned()));
    let mut tagged = put(&signed, "image/png", "abc");
    tagged.headers_mut().insert("x-amz-tagging", "used=yes".parse().unwrap());
    assert_eq!(world.send(tagged).await.refusal(), (403, "AccessDenied".to_owned()));
    assert!(world.keys().is_empty());
    assert_eq!(world.send(put(&signed, "image/png", "abc")).await.status, 200);
    assert_eq!(world.keys(), ["uploads/1"]);
}

#[tokio::test]
async fn a_bucket_may_stand_in_the_host() {
    let world = with_an_object().await;
    let mut preflight = request("OPTIONS", "http://media.localhost:4000/uploads/1", "");
    preflight.headers_mut().insert("origin", "http://localhost:5173".parse().unwrap());
    preflight.headers_mut().insert("access-control-request-method", "GET".parse().unwrap());
    let answer = world.send(preflight).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["access-control-allow-origin"], "http://localhost:5173");
    let mut stranger = request("OPTIONS", "http://media.localhost:4000/uploads/1", "");
    stranger.headers_mut().insert("origin", "http://evil.example".parse().unwrap());
    stranger.headers_mut().insert("access-control-request-method", "GET".parse().unwrap());
    assert_eq!(world.send(stranger).await.refusal(), (403, "AccessForbidden".to_owned()));
}
