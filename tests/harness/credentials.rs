//! How somebody shows who they are: not at all, with a token, or with a signature.

use std::time::SystemTime;

use aws_credential_types::Credentials as Keys;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use serde_json::{Map, Value, json};

use crate::ear::Ear;
use crate::person::Person;
use crate::reply::Reply;
use crate::world::World;

/// What a request shows.
#[derive(Clone)]
pub enum Credentials {
    /// Nothing.
    None,
    /// A token, as it is.
    Token(String),
    /// A signature (Signature Version 4), made at a time.
    Signature(Keys, SystemTime),
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body as data and errors.
    #[track_caller]
    pub fn reply(&self) -> Reply {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Credentials {
    /// Those of a guest whom nobody has seen before.
    pub async fn guest(world: &World) -> Credentials {
        Credentials::of_identity(world, json!({})).await
    }

    /// Those that the identity pool gives to somebody signed in.
    pub async fn signed_in(person: &Person) -> Credentials {
        let world = person.world();
        let pool = world.config()["Auth"]["Cognito"]["userPoolId"].as_str().unwrap_or_default();
        let provider = format!("cognito-idp.us-east-1.amazonaws.com/{pool}");
        Credentials::of_identity(world, json!({ provider: person.tokens().await["IdToken"] })).await
    }

    async fn of_identity(world: &World, logins: Value) -> Credentials {
        let pool = &world.config()["Auth"]["Cognito"]["identityPoolId"];
        let ask = json!({ "IdentityPoolId": pool, "Logins": logins });
        let identity = world.identity("GetId", ask).await.expect("an identity");
        let ask = json!({ "IdentityId": identity["IdentityId"], "Logins": logins });
        let given = world.identity("GetCredentialsForIdentity", ask).await.expect("credentials");
        let part =
            |name: &str| given["Credentials"][name].as_str().expect("a part of the credentials").to_owned();
        let keys =
            Keys::new(part("AccessKeyId"), part("SecretKey"), Some(part("SessionToken")), None, "test");
        Credentials::Signature(keys, world.now().await)
    }

    /// The permanent keys of a function.
    pub async fn function(world: &World, name: &str) -> Credentials {
        let functions = world.look("functions").await;
        let function = functions.as_array().into_iter().flatten().find(|function| function["name"] == name);
        let environment =
            &function.unwrap_or_else(|| panic!("no function {name} in {functions}"))["variables"];
        let part = |name: &str| environment[name].as_str().expect("a variable").to_owned();
        let keys = Keys::new(part("AWS_ACCESS_KEY_ID"), part("AWS_SECRET_ACCESS_KEY"), None, None, "test");
        Credentials::Signature(keys, world.now().await)
    }

    /// The developer's keys, which may do everything.
    pub async fn developer(world: &World) -> Credentials {
        Credentials::Signature(Keys::new("local", "local", None, None, "test"), world.now().await)
    }

    /// Calls the user pool as an administrator does.
    pub async fn administers(&self, world: &World, operation: &str, mut request: Value) -> Value {
        request["UserPoolId"] = world.config()["Auth"]["Cognito"]["userPoolId"].clone();
        let (url, body) = (format!("{}/", world.url()), request.to_string());
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let mut post = world.http().post(&url).header("x-amz-target", target);
        for (name, value) in self.headers(&url, &body) {
            post = post.header(name, value);
        }
        let answer = post.body(body).send().await.expect("an answer");
        let status = answer.status();
        let answer: Value = answer.json().await.expect("JSON");
        assert!(status.is_success(), "{operation}: {answer}");
        answer
    }

    /// The headers that prove it for a body that is posted.
    fn headers(&self, url: &str, body: &str) -> Vec<(String, String)> {
        match self {
            Credentials::None => Vec::new(),
            Credentials::Token(token) => vec![("Authorization".to_owned(), token.clone())],
            Credentials::Signature(keys, time) => {
                let identity = keys.clone().into();
                let params = SigningParams::builder().identity(&identity).region("us-east-1").name("appsync");
                let params =
                    params.time(*time).settings(SigningSettings::default()).build().expect("complete");
                let body = SignableBody::Bytes(body.as_bytes());
                let request = SignableRequest::new("POST", url, std::iter::empty(), body).expect("a request");
                let (instructions, _) = sign(request, &params.into()).expect("a signature").into_parts();
                instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
            }
        }
    }

    /// Sends a GraphQL request.
    pub async fn asks(&self, world: &World, document: &str, variables: &Value) -> Answer {
        self.posts(world, json!({ "query": document, "variables": variables }).to_string()).await
    }

    /// Posts a body, whatever it is.
    pub async fn posts(&self, world: &World, body: String) -> Answer {
        let url = format!("{}/graphql", world.url());
        let headers = self.headers(&url, &body);
        let request = world.http().post(url).header("content-type", "application/json");
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let answer = request.body(body).send().await.expect("an answer");
        Answer { status: answer.status().as_u16(), body: answer.text().await.expect("text") }
    }

    /// Connects; the error is what the server says.
    pub async fn connects(&self, world: &World) -> Result<Ear, Value> {
        Ear::connect_with(world, self.shown(world, "/graphql/connect", "{}")).await
    }

    /// Subscribes on a connection, which may be somebody else's; the error is the payload of the server's `error`.
    pub async fn subscribes(
        &self,
        ear: &mut Ear,
        world: &World,
        document: &str,
        variables: &Value,
    ) -> Result<(), Value> {
        let data = json!({ "query": document, "variables": variables }).to_string();
        let shown = self.shown(world, "/graphql", &data);
        ear.subscribe_with(&crate::chat::fresh(), data, shown).await
    }

    /// The same within a message of a connection.
    fn shown(&self, world: &World, path: &str, body: &str) -> Value {
        let headers = self.headers(&format!("{}{path}", world.url()), body);
        let host = world.url().trim_start_matches("http://").to_owned();
        let members = headers.into_iter().chain([("host".to_owned(), host)]);
        Value::Object(members.map(|(name, value)| (name, Value::String(value))).collect::<Map<_, _>>())
    }
}
