//! The SDK that the functions use, over a connector that calls the service.

use aws_credential_types::Credentials as SdkCredentials;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    CompletedMultipartUpload, CompletedPart, Delete, MetadataDirective, ObjectIdentifier, Tag, Tagging,
    TaggingDirective,
};
use aws_sdk_s3::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use axum::body::Body;
use http::HeaderValue;

use super::{World, world, world_at};
use crate::dynamodb::Location;
use crate::objects::Objects;

#[derive(Clone)]
struct Connector(Objects);

impl std::fmt::Debug for Connector {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let objects = self.0.clone();
        HttpConnectorFuture::new(async move {
            let (mut parts, body) = request.try_into_http1x().unwrap().into_parts();
            let host = HeaderValue::from_str(parts.uri.authority().unwrap().as_str()).unwrap();
            parts.headers.insert("host", host);
            let body = axum::body::to_bytes(Body::new(body), usize::MAX).await.unwrap();
            let answer = objects.handle_http(http::Request::from_parts(parts, body)).await;
            let (parts, body) = answer.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            Ok(HttpResponse::try_from(http::Response::from_parts(parts, SdkBody::from(body))).unwrap())
        })
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// A client with the rights of a function; buckets are named in the path.
pub(super) fn client(world: &World, function: &str) -> Client {
    Client::from_conf(config(world, function).force_path_style(true).build())
}

fn config(world: &World, function: &str) -> aws_sdk_s3::config::Builder {
    let credentials = world.function(function);
    let credentials = SdkCredentials::from_keys(credentials.access_key_id, credentials.secret_key, None);
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(credentials)
        .endpoint_url("http://localhost:4000")
        .http_client(Connector(world.objects.clone()))
}

pub(super) fn bytes(text: &'static str) -> ByteStream {
    ByteStream::from_static(text.as_bytes())
}

async fn text(client: &Client, key: &str) -> String {
    let object = client.get_object().bucket("media").key(key).send().await.unwrap();
    String::from_utf8(object.body.collect().await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn an_object_comes_back_as_it_was_put() {
    let world = world();
    for client in [client(&world, "keeper"), Client::from_conf(config(&world, "keeper").build())] {
        let put = client.put_object().bucket("media").key("a (1)/ä+b.txt").body(bytes("hello"));
        let put = put.content_type("text/plain").metadata("by", "ann").tagging("state=new");
        let put = put.cache_control("private").send().await.unwrap();
        let got = client.get_object().bucket("media").key("a (1)/ä+b.txt").send().await.unwrap();
        assert_eq!(got.e_tag(), put.e_tag());
        assert_eq!(got.e_tag(), Some("\"5d41402abc4b2a76b9719d911017c592\""), "MD5 of hello");
        assert_eq!((got.content_type(), got.cache_control()), (Some("text/plain"), Some("private")));
        assert_eq!(got.metadata().unwrap()["by"], "ann");
        assert_eq!((got.tag_count(), got.content_length()), (Some(1), Some(5)));
        assert_eq!(got.body.collect().await.unwrap().to_vec(), b"hello");
    }
}

#[tokio::test]
async fn a_range_of_a_large_object_is_read_across_its_pieces() {
    let world = world();
    let client = client(&world, "keeper");
    let data: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let body = ByteStream::from(data.clone());
    client.put_object().bucket("media").key("large").body(body).send().await.unwrap();
    let range = client.get_object().bucket("media").key("large").range("bytes=1048570-2097160");
    let range = range.send().await.unwrap();
    assert_eq!(range.content_range(), Some("bytes 1048570-2097160/3000000"));
    assert_eq!(range.body.collect().await.unwrap().to_vec(), data[1_048_570..=2_097_160]);
    let beyond = client.get_object().bucket("media").key("large").range("bytes=3000000-");
    let beyond = beyond.send().await.unwrap_err();
    assert_eq!(beyond.code(), Some("InvalidRange"));
}

#[tokio::test]
async fn tags_are_put_read_and_deleted() {
    let world = world();
    let client = client(&world, "keeper");
    client.put_object().bucket("media").key("a").body(bytes("a")).send().await.unwrap();
    let tag = Tag::builder().key("used").value("yes").build().unwrap();
    let tagging = Tagging::builder().tag_set(tag.clone()).build().unwrap();
    client.put_object_tagging().bucket("media").key("a").tagging(tagging).send().await.unwrap();
    let read = || client.get_object_tagging().bucket("media").key("a").send();
    assert_eq!(read().await.unwrap().tag_set(), [tag]);
    client.delete_object_tagging().bucket("media").key("a").send().await.unwrap();
    assert_eq!(read().await.unwrap().tag_set(), []);
    let absent = client.get_object_tagging().bucket("media").key("b").send().await.unwrap_err();
    assert_eq!(absent.code(), Some("NoSuchKey"));
}

#[tokio::test]
async fn a_key_is_taken_once_where_the_client_asks_for_it() {
    let world = world();
    let client = client(&world, "keeper");
    let put = |body| client.put_object().bucket("media").key("once").body(bytes(body)).if_none_match("*");
    put("first").send().await.unwrap();
    assert_eq!(put("second").send().await.unwrap_err().code(), Some("PreconditionFailed"));
    assert_eq!(text(&client, "once").await, "first");
    let etag = client.head_object().bucket("media").key("once").send().await.unwrap();
    let unchanged = client.get_object().bucket("media").key("once").if_none_match(etag.e_tag().unwrap());
    assert_eq!(unchanged.send().await.unwrap_err().raw_response().unwrap().status().as_u16(), 304);
}

#[tokio::test]
async fn a_copy_takes_tags_and_type_along_unless_told_otherwise() {
    let world = world();
    let client = client(&world, "keeper");
    let put = client.put_object().bucket("media").key("a b").body(bytes("a")).content_type("text/plain");
    put.tagging("x=1").send().await.unwrap();
    let copy = client.copy_object().copy_source("media/a%20b").bucket("other").key("copy");
    copy.send().await.unwrap();
    let read = client.get_object_tagging().bucket("other").key("copy").send().await.unwrap();
    assert_eq!(read.tag_set()[0].value(), "1");
    let anew = client.copy_object().copy_source("other/copy").bucket("other").key("copy");
    let anew = anew.metadata_directive(MetadataDirective::Replace).content_type("image/png");
    anew.tagging_directive(TaggingDirective::Replace).send().await.unwrap();
    let head = client.head_object().bucket("other").key("copy").send().await.unwrap();
    assert_eq!(head.content_type(), Some("image/png"));
    let same = client.copy_object().copy_source("other/copy").bucket("other").key("copy");
    assert_eq!(same.send().await.unwrap_err().code(), Some("InvalidRequest"));
}

#[tokio::test]
async fn an_upload_in_parts_becomes_one_object() {
    let world = world();
    let client = client(&world, "keeper");
    let begin = || client.create_multipart_upload().bucket("media").key("video").tagging("kind=video");
    let upload = begin().send().await.unwrap().upload_id.unwrap();
    let large: Vec<u8> = vec![7; 5 * 1024 * 1024 + 3];
    let mut parts = Vec::new();
    for (number, data) in [(1, large.clone()), (2, b"the end".to_vec())] {
        let part = client.upload_part().bucket("media").key("video").upload_id(&upload);
        let part = part.part_number(number).body(ByteStream::from(data)).send().await.unwrap();
        let part = CompletedPart::builder().part_number(number).set_e_tag(part.e_tag);
        parts.push(part.build());
    }
    let listed = client.list_parts().bucket("media").key("video").upload_id(&upload).send().await.unwrap();
    assert_eq!(listed.parts().len(), 2);
    let complete = |parts: Vec<CompletedPart>| {
        let whole = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        client
            .complete_multipart_upload()
            .bucket("media")
            .key("video")
            .upload_id(&upload)
            .multipart_upload(whole)
    };
    let reversed = complete(parts.iter().rev().cloned().collect()).send().await.unwrap_err();
    assert_eq!(reversed.code(), Some("InvalidPartOrder"));
    let done = complete(parts.clone()).send().await.unwrap();
    assert!(done.e_tag().unwrap().ends_with("-2\""));
    assert_eq!(complete(parts).send().await.unwrap_err().code(), Some("NoSuchUpload"));
    let tail = client.get_object().bucket("media").key("video").range("bytes=-9").send().await.unwrap();
    assert_eq!(tail.body.collect().await.unwrap().to_vec(), b"\x07\x07the end");
    assert_eq!(world.objects.list().unwrap()[0].tags["kind"], "video");
    let other = begin().send().await.unwrap().upload_id.unwrap();
    client.abort_multipart_upload().bucket("media").key("video").upload_id(&other).send().await.unwrap();
}

#[tokio::test]
async fn parts_that_are_too_small_are_refused() {
    let world = world();
    let client = client(&world, "keeper");
    let upload = client.create_multipart_upload().bucket("media").key("small").send().await.unwrap();
    let upload = upload.upload_id.unwrap();
    let mut whole = CompletedMultipartUpload::builder();
    for number in [1, 2] {
        let part = client.upload_part().bucket("media").key("small").upload_id(&upload);
        let part = part.part_number(number).body(bytes("tiny")).send().await.unwrap();
        whole = whole.parts(CompletedPart::builder().part_number(number).set_e_tag(part.e_tag).build());
    }
    let complete = client.complete_multipart_upload().bucket("media").key("small").upload_id(&upload);
    let refused = complete.multipart_upload(whole.build()).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("EntityTooSmall"));
    assert!(world.keys().is_empty());
}

#[tokio::test]
async fn lists_go_page_by_page() {
    let world = world();
    let client = client(&world, "keeper");
    for key in ["a", "b/1", "b/2", "c"] {
        client.put_object().bucket("media").key(key).body(bytes("x")).send().await.unwrap();
    }
    let first = client.list_objects_v2().bucket("media").max_keys(2).delimiter("/").send().await.unwrap();
    assert_eq!(first.contents()[0].key(), Some("a"));
    assert_eq!(first.common_prefixes()[0].prefix(), Some("b/"));
    let token = first.next_continuation_token().unwrap();
    let rest = client.list_objects_v2().bucket("media").delimiter("/").continuation_token(token);
    let rest = rest.send().await.unwrap();
    assert_eq!((rest.contents()[0].key(), rest.is_truncated()), (Some("c"), Some(false)));
    assert_eq!(rest.key_count(), Some(1));
}

#[tokio::test]
async fn several_objects_are_deleted_at_once_each_by_its_own_right() {
    let world = world();
    let client = client(&world, "keeper");
    for key in ["a", "kept/b"] {
        client.put_object().bucket("media").key(key).body(bytes("x")).send().await.unwrap();
    }
    let wanted = ["a", "kept/b", "absent"].map(|key| ObjectIdentifier::builder().key(key).build().unwrap());
    let wanted = Delete::builder().set_objects(Some(wanted.to_vec())).build().unwrap();
    let deleted = client.delete_objects().bucket("media").delete(wanted).send().await.unwrap();
    assert_eq!(deleted.deleted().len(), 2, "what is not there counts as deleted");
    assert_eq!(deleted.errors()[0].code(), Some("AccessDenied"), "the bucket's policy denies it");
    assert_eq!(world.keys(), ["kept/b"]);
}

#[tokio::test]
async fn a_function_may_do_what_its_policy_says_and_nothing_else() {
    let world = world();
    let (uploader, reader) = (client(&world, "uploader"), client(&world, "reader"));
    let put = |key: &str| uploader.put_object().bucket("media").key(key).body(bytes("x"));
    put("uploads/1").send().await.unwrap();
    let denied = put("media/1").send().await.unwrap_err();
    assert_eq!(denied.code(), Some("AccessDenied"));
    assert!(denied.message().unwrap().contains("s3:PutObject on resource: arn:aws:s3:::media/media/1"));
    assert_eq!(put("uploads/1").tagging("a=b").send().await.unwrap_err().code(), Some("AccessDenied"));
    let other = uploader.put_object().bucket("other").key("uploads/1").body(bytes("x"));
    assert_eq!(other.send().await.unwrap_err().code(), Some("AccessDenied"));
    assert_eq!(text(&reader, "uploads/1").await, "x");
    let read = uploader.get_object().bucket("media").key("uploads/1").send().await.unwrap_err();
    assert_eq!(read.code(), Some("AccessDenied"));
    let absent = reader.get_object().bucket("media").key("uploads/2").send().await.unwrap_err();
    assert_eq!(absent.code(), Some("AccessDenied"), "who may not list may not learn what is there");
    let bucket = client(&world, "keeper").get_object().bucket("nowhere").key("a").send().await.unwrap_err();
    assert_eq!(bucket.code(), Some("NoSuchBucket"));
    let used = world.policies.used().into_iter().map(|grant| (grant.role, grant.action));
    let used: Vec<_> = used.collect();
    assert!(used.contains(&("uploader".to_owned(), "s3:PutObject".to_owned())), "{used:?}");
}

#[tokio::test]
async fn objects_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Folder(folder.path().to_owned());
    let earlier = world_at(&location);
    let put = client(&earlier, "keeper").put_object().bucket("media").key("a").body(bytes("kept"));
    put.tagging("x=1").send().await.unwrap();
    drop(earlier);
    let later = world_at(&location);
    assert_eq!(text(&client(&later, "keeper"), "a").await, "kept");
    assert_eq!(later.objects.list().unwrap()[0].tags["x"], "1");
}
