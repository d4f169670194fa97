//! Tokens that nobody should believe, at every door: HTTP, the connection, and a subscription on an open connection.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use local::{Options, Storage};
use serde_json::{Value, json};
use sha2::Sha256;
use tests::house::root;
use tests::{Credentials, Ear, Person, World};

const ME: &str = "{ getMe { id } }";
const EVENTS: &str = "subscription { onEvent { recipients } }";

/// A cloud whose keys the attacker has got hold of, to forge what only the pool could sign.
struct Forge {
    world: World,
    alice: Person,
    folder: tempfile::TempDir,
}

impl Forge {
    async fn new() -> Forge {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::for_tests(root().join("template.yaml"));
        options.storage = Storage::Directory(folder.path().to_owned());
        let world = World::with(options).await;
        let alice = world.person("alice").await;
        Forge { world, alice, folder }
    }

    /// Signs claims with a key of the pool.
    fn signs(&self, header: &Value, claims: &Value, key: &str) -> String {
        let database = rusqlite::Connection::open(self.folder.path().join("cognito.sqlite")).unwrap();
        let query = "SELECT value FROM meta WHERE name = ?1";
        let der: Vec<u8> = database.query_row(query, [key], |row| row.get(0)).unwrap();
        let mut signed = Header::new(Algorithm::RS256);
        signed.typ = None;
        signed.kid = header["kid"].as_str().map(str::to_owned);
        jsonwebtoken::encode(&signed, claims, &EncodingKey::from_rsa_der(&der)).unwrap()
    }
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn with(value: &Value, name: &str, new: Value) -> Value {
    let mut value = value.clone();
    value[name] = new;
    value
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name);
    value
}

/// Tries a token at every door. An open connection of somebody else serves for the last.
async fn is_refused(world: &World, open: &mut Ear, case: &str, token: &str) {
    let shown = Credentials::Token(token.to_owned());
    let journal = world.cloud().journal();
    journal.clear();
    let answer = shown.asks(world, ME, &json!({})).await;
    assert_eq!(answer.status, 401, "{case}: {}", answer.body);
    assert_eq!(answer.reply().error_type(), Some("UnauthorizedException"), "{case}");
    let connected = shown.connects(world).await.err().unwrap_or_else(|| panic!("{case} connects"));
    assert_eq!(connected["payload"]["errors"][0]["errorCode"], 401, "{case}: {connected}");
    let subscribed = shown.subscribes(open, world, EVENTS, &json!({})).await;
    let subscribed = subscribed.err().unwrap_or_else(|| panic!("{case} subscribes"));
    assert_eq!(subscribed["errors"][0]["errorType"], "UnauthorizedException", "{case}: {subscribed}");
    assert!(journal.entries().is_empty(), "{case}: nothing runs");
}

#[tokio::test]
async fn forged_signatures_are_refused() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let mut open = alice.listens().await;
    let (header, claims) = (part(&alice.token, 0), part(&alice.token, 1));
    let parts: Vec<_> = alice.token.split('.').collect();
    let (body, signature) = (parts[1], parts[2]);
    let issuer = claims["iss"].as_str().unwrap();
    let keys = world.http().get(format!("{issuer}/.well-known/jwks.json")).send().await.unwrap();
    let keys: Value = keys.json().await.unwrap();
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == header["kid"])
        .expect("the public key");

    let mut cases = Vec::new();
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let unsigned = encode(&with(&header, "alg", json!(name)));
        cases.push((format!("alg {name:?}, no signature"), format!("{unsigned}.{body}.")));
        cases.push((format!("alg {name:?}, old signature"), format!("{unsigned}.{body}.{signature}")));
    }
    let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap();
    let secrets = [
        ("the key as JSON", key.to_string().into_bytes()),
        ("the modulus", modulus.clone()),
        ("the modulus as text", key["n"].as_str().unwrap().as_bytes().to_vec()),
        ("the key as PEM", pem(&modulus)),
        ("nothing", Vec::new()),
    ];
    for (secret, bytes) in secrets {
        let text = format!("{}.{body}", encode(&with(&header, "alg", json!("HS256"))));
        let mac = Hmac::<Sha256>::new_from_slice(&bytes).unwrap().chain_update(&text).finalize().into_bytes();
        cases.push((format!("HS256 with {secret}"), format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac))));
    }
    for algorithm in ["RS384", "RS512", "PS256", "ES256", "HS512", "rs256"] {
        let other = encode(&with(&header, "alg", json!(algorithm)));
        cases.push((format!("alg {algorithm}"), format!("{other}.{body}.{signature}")));
    }
    let own_key =
        json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode("secret"), "kid": "own", "alg": "HS256" });
    let headers = [
        ("an unknown kid", with(&header, "kid", json!("other"))),
        ("no kid", without(&header, "kid")),
        ("a kid that is no text", with(&header, "kid", json!(["x"]))),
        ("a kid that is a path", with(&header, "kid", json!("../../../../dev/null"))),
        ("a kid that is SQL", with(&header, "kid", json!("' OR '1'='1"))),
        ("a key of its own", with(&header, "jwk", own_key)),
        ("a key elsewhere", with(&header, "jku", json!("http://127.0.0.1:1/keys.json"))),
        ("something critical", with(&header, "crit", json!(["exp"]))),
    ];
    cases.extend(
        headers.map(|(case, header)| (case.to_owned(), format!("{}.{body}.{signature}", encode(&header)))),
    );
    for (name, value) in [("sub", json!(tests::chat::fresh())), ("exp", json!(9_999_999_999_u64))] {
        let other = encode(&with(&claims, name, value));
        cases.push((format!("another {name}"), format!("{}.{other}.{signature}", parts[0])));
    }
    cases.extend([
        ("a cut signature".to_owned(), alice.token[..alice.token.len() - 4].to_owned()),
        ("no signature".to_owned(), format!("{}.{body}.", parts[0])),
        ("two parts".to_owned(), format!("{}.{body}", parts[0])),
        ("four parts".to_owned(), format!("{}.x", alice.token)),
        ("dots".to_owned(), "..".to_owned()),
        ("junk".to_owned(), "junk".to_owned()),
        ("padding".to_owned(), format!("{}.{body}==.{signature}", parts[0])),
        ("a space".to_owned(), format!("{}. {body}.{signature}", parts[0])),
        ("64 KB of token".to_owned(), format!("{}.{}.{signature}", parts[0], "A".repeat(65_536))),
    ]);
    for (case, token) in &cases {
        is_refused(&world, &mut open, case, token).await;
    }
}

/// The public key as PEM, the way attackers take it for a secret: RFC 8017's RSAPublicKey with exponent 65537.
fn pem(modulus: &[u8]) -> Vec<u8> {
    let length = |bytes: usize| [0x82, u8::try_from(bytes >> 8).unwrap(), u8::try_from(bytes & 255).unwrap()];
    let mut numbers = vec![0x02];
    numbers.extend(length(modulus.len() + 1));
    numbers.push(0);
    numbers.extend(modulus);
    numbers.extend([0x02, 0x03, 0x01, 0x00, 0x01]);
    let mut der = vec![0x30];
    der.extend(length(numbers.len()));
    der.extend(numbers);
    format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", STANDARD.encode(der))
        .into_bytes()
}

/// A genuine signature is not enough: the claims have to be this pool's, this client's, for this use and for now.
#[tokio::test]
async fn genuine_signatures_over_wrong_claims_are_refused() {
    let forge = Forge::new().await;
    let world = &forge.world;
    let tokens = forge.alice.tokens().await;
    let mut open = forge.alice.listens().await;
    let now = world.now().await.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let parts = |name: &str| {
        let token = tokens[name].as_str().unwrap();
        (part(token, 0), part(token, 1))
    };
    let (header, claims) = parts("AccessToken");
    let (id_header, id_claims) = parts("IdToken");
    for (case, token) in [
        ("access", forge.signs(&header, &claims, "signing-key-access")),
        ("id", forge.signs(&id_header, &id_claims, "signing-key-id")),
    ] {
        let answer = Credentials::Token(token).asks(world, ME, &json!({})).await;
        assert_eq!(answer.reply().value()["id"], forge.alice.id.as_str(), "the forge works: {case}");
    }
    let mut cases: Vec<(String, Value)> = Vec::new();
    let iss = claims["iss"].as_str().unwrap();
    let wrong = [
        ("iss", json!("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other")),
        ("iss", json!(format!("{iss}/"))),
        ("iss", json!([iss])),
        ("token_use", json!("id")),
        ("token_use", json!("refresh")),
        ("client_id", json!("another-client")),
        ("client_id", json!("")),
        ("exp", json!(now - 1)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("nbf", json!(now + 3_600)),
        ("nbf", json!("never")),
    ];
    cases.extend(wrong.map(|(name, value)| (format!("{name} {value}"), with(&claims, name, value))));
    cases.extend(
        ["iss", "token_use", "client_id", "exp"].map(|name| (format!("no {name}"), without(&claims, name))),
    );
    for (case, claims) in &cases {
        is_refused(world, &mut open, case, &forge.signs(&header, claims, "signing-key-access")).await;
    }
    for (name, value) in [("aud", json!("another-client")), ("token_use", json!("access"))] {
        let token = forge.signs(&id_header, &with(&id_claims, name, value), "signing-key-id");
        is_refused(world, &mut open, &format!("id token with another {name}"), &token).await;
    }
    let crossed = forge.signs(&id_header, &claims, "signing-key-id");
    is_refused(world, &mut open, "an access token under the key of id tokens", &crossed).await;
    is_refused(world, &mut open, "a refresh token", tokens["RefreshToken"].as_str().unwrap()).await;
}

#[tokio::test]
async fn tokens_of_another_pool_are_refused() {
    let (ours, theirs) = (World::new().await, World::new().await);
    let (alice, mallory) = (ours.person("alice").await, theirs.person("mallory").await);
    let mut open = alice.listens().await;
    is_refused(&ours, &mut open, "another pool's", &mallory.token).await;
}

/// Signatures of AWS: a changed body, another service's scope, keys that are nobody's, and a stolen session.
#[tokio::test]
async fn forged_aws_signatures_are_refused() {
    let world = World::new().await;
    let Credentials::Signature(keys, time) = Credentials::guest(&world).await else { unreachable!() };
    let other = Credentials::guest(&world).await;
    let Credentials::Signature(other, _) = other else { unreachable!() };
    let made = |id: &str, secret: &str, token: Option<&str>| {
        let token = token.map(str::to_owned);
        Credentials::Signature(aws_credential_types::Credentials::new(id, secret, token, None, "test"), time)
    };
    let (id, secret, token) = (keys.access_key_id(), keys.secret_access_key(), keys.session_token());
    let day = std::time::Duration::from_secs(86_400);
    let cases = [
        ("another secret", made(id, "guess", token)),
        ("no session", made(id, secret, None)),
        ("another's session", made(id, secret, other.session_token())),
        ("an unknown key", made("AKIAIOSFODNN7EXAMPLE", secret, None)),
        ("the developer's key with a guess", made("local", "guess", None)),
        ("yesterday's signature", Credentials::Signature(keys.clone(), time - day)),
        ("tomorrow's signature", Credentials::Signature(keys.clone(), time + day)),
    ];
    for (case, credentials) in cases {
        let answer = credentials.asks(&world, ME, &json!({})).await;
        assert_eq!(answer.status, 401, "{case}: {}", answer.body);
    }
    let genuine = Credentials::Signature(keys, time).asks(&world, ME, &json!({})).await;
    assert_eq!(genuine.reply().error_type(), Some("Unauthorized"), "a guest is let in, to nothing");
}
