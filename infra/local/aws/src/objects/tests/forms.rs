//! Uploads by a browser's form: what the policy says, and not a byte more.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Answer, World, request, world};
use crate::credentials::{Credentials, hmac_sha256};

/// A form that `uploader` signed for `uploads/1`, of at most ten bytes of `image/png`.
struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    fn of(world: &World) -> Self {
        Form::signed(world, &world.function("uploader"), "uploads/1")
    }

    fn signed(world: &World, signer: &Credentials, key: &str) -> Self {
        let now = world.clock.now();
        let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let scope = format!("{}/us-east-1/s3/aws4_request", &date[..8]);
        let credential = format!("{}/{scope}", signer.access_key_id);
        let policy = json!({
            "expiration": (now + SignedDuration::from_mins(5)).to_string(),
            "conditions": [
                { "bucket": "media" },
                ["eq", "$key", key],
                ["eq", "$Content-Type", "image/png"],
                ["content-length-range", 1, 10],
                ["starts-with", "$success_action_status", ""],
                { "x-amz-algorithm": "AWS4-HMAC-SHA256" },
                { "x-amz-credential": credential },
                { "x-amz-date": date },
            ],
        });
        let policy = STANDARD.encode(policy.to_string());
        let signing_key =
            scope.split('/').fold(format!("AWS4{}", signer.secret_key).into_bytes(), |key, part| {
                hmac_sha256(&key, part.as_bytes()).to_vec()
            });
        let signature = hex::encode(hmac_sha256(&signing_key, policy.as_bytes()));
        let fields = [
            ("key", key),
            ("Content-Type", "image/png"),
            ("success_action_status", "201"),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &date),
            ("Policy", &policy),
            ("X-Amz-Signature", &signature),
        ];
        Form { fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec() }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(there, _)| there != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(there, _)| there != name);
        self
    }

    async fn send(&self, world: &World, file: &str) -> Answer {
        let mut body = String::new();
        for (name, value) in &self.fields {
            body += &format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        body += "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../cat.png\"\r\n";
        body += &format!("Content-Type: text/html\r\n\r\n{file}\r\n--edge--\r\n");
        let mut request = request("POST", "http://media.localhost:4000/", body);
        let kind = "multipart/form-data; boundary=edge".parse().unwrap();
        request.headers_mut().insert("content-type", kind);
        request.headers_mut().insert("origin", "http://localhost:5173".parse().unwrap());
        world.send(request).await
    }
}

fn denied() -> (u16, String) {
    (403, "AccessDenied".to_owned())
}

#[tokio::test]
async fn a_form_puts_what_its_policy_says() {
    let world = world();
    let answer = Form::of(&world).send(&world, "0123456789").await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.element("Key").as_deref(), Some("uploads/1"));
    assert_eq!(answer.headers["access-control-allow-origin"], "http://localhost:5173");
    let object = world.objects.list().unwrap().remove(0);
    assert_eq!((object.key.as_str(), object.size), ("uploads/1", 10));
    assert_eq!(object.content_type.as_deref(), Some("image/png"), "the form's type, not that of the file");
}

#[tokio::test]
async fn one_byte_too_many_or_none_at_all_is_refused() {
    let world = world();
    let form = Form::of(&world);
    assert_eq!(form.send(&world, "0123456789+").await.refusal(), (400, "EntityTooLarge".to_owned()));
    assert_eq!(form.send(&world, "").await.refusal(), (400, "EntityTooSmall".to_owned()));
    assert!(world.keys().is_empty());
}

#[tokio::test]
async fn another_key_another_type_and_other_fields_are_refused() {
    let world = world();
    for (name, value) in [
        ("key", "uploads/2"),
        ("key", "uploads/1/../../media/1"),
        ("key", "uploads/${filename}"),
        ("Content-Type", "text/html"),
        ("x-amz-meta-owner", "mallory"),
        ("tagging", "<Tagging><TagSet/></Tagging>"),
        ("acl", "public-read"),
    ] {
        let refused = Form::of(&world).with(name, value).send(&world, "abc").await;
        assert_eq!(refused.refusal(), denied(), "{name}");
        assert!(refused.text().contains("Invalid according to Policy"), "{}", refused.text());
    }
    assert!(world.keys().is_empty());
}

#[tokio::test]
async fn a_policy_ends_however_often_it_was_used() {
    let world = world();
    let form = Form::of(&world);
    assert_eq!(form.send(&world, "abc").await.status, 201);
    world.pass(301);
    let replayed = form.send(&world, "def").await;
    assert_eq!(replayed.refusal(), denied());
    assert!(replayed.text().contains("Policy expired"));
    assert_eq!(world.objects.list().unwrap()[0].size, 3);
}

#[tokio::test]
async fn a_policy_that_was_tampered_with_is_refused() {
    let world = world();
    let form = Form::of(&world);
    let (_, policy) = form.fields.iter().find(|(name, _)| name == "Policy").unwrap().clone();
    let mut looser: Value = serde_json::from_slice(&STANDARD.decode(policy).unwrap()).unwrap();
    looser["conditions"][3] = json!(["content-length-range", 1, 1_000_000]);
    let tampered = form.with("Policy", &STANDARD.encode(looser.to_string()));
    let refused = tampered.send(&world, "0123456789+").await;
    assert_eq!(refused.refusal(), (403, "SignatureDoesNotMatch".to_owned()));
    let unsigned = Form::of(&world).without("X-Amz-Signature").send(&world, "abc").await;
    assert_eq!(unsigned.refusal().1, "InvalidArgument");
    let open = Form::of(&world).without("Policy").send(&world, "abc").await;
    assert_eq!(open.refusal(), denied());
    let form = Form::of(&world);
    let (_, credential) = form.fields.iter().find(|(name, _)| name == "X-Amz-Credential").unwrap().clone();
    let (_, scope) = credential.split_once('/').unwrap();
    let stranger = form.with("X-Amz-Credential", &format!("AKIANOBODY/{scope}"));
    assert_eq!(stranger.send(&world, "abc").await.refusal().0, 403);
    assert!(world.keys().is_empty());
}

#[tokio::test]
async fn a_form_has_the_rights_of_its_signer() {
    let world = world();
    let reader = Form::signed(&world, &world.function("reader"), "uploads/1");
    assert_eq!(reader.send(&world, "abc").await.refusal(), denied());
    let elsewhere = Form::signed(&world, &world.function("uploader"), "media/1");
    assert_eq!(elsewhere.send(&world, "abc").await.refusal(), denied());
    assert!(world.keys().is_empty());
}

#[tokio::test]
async fn a_form_may_be_signed_for_a_while_with_temporary_credentials() {
    let world = world();
    let function = local_core::principal::Principal::Function { name: "uploader".to_owned() };
    let session = world.credentials.issue(function, std::time::Duration::from_secs(60));
    let token = session.session_token.clone().unwrap();
    let form = Form::signed(&world, &session, "uploads/1");
    let refused = form.send(&world, "abc").await;
    assert_eq!(refused.refusal(), (403, "InvalidAccessKeyId".to_owned()), "without its token");
    let extra = form.with("x-amz-security-token", &token).send(&world, "abc").await;
    assert!(extra.text().contains("Extra input fields: x-amz-security-token"), "{}", extra.text());
}
