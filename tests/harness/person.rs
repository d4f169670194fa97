//! Somebody with an account.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::ear::Ear;
use crate::reply::Reply;
use crate::world::World;

const PASSWORD: &str = "Correct-horse-7";
const TERMS: &str = "1";

/// A person who is signed in. Cheap to clone: another device.
#[derive(Clone)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their id.
    pub id: String,
    /// Their address.
    pub email: String,
    /// Their access token.
    pub token: String,
    world: World,
}

impl Person {
    /// Signs up, confirms and signs in.
    pub async fn new(world: World, name: &str) -> Person {
        let email = format!("{name}.{}@example.com", Uuid::new_v4().simple());
        let attributes = json!([
            { "Name": "email", "Value": email },
            { "Name": "name", "Value": name },
            { "Name": "custom:termsVersion", "Value": TERMS },
        ]);
        let client = world.client_id().to_owned();
        let sign_up = json!({ "ClientId": client, "Username": email, "Password": PASSWORD, "UserAttributes": attributes });
        let id = world.cognito("SignUp", sign_up).await.expect("signs up")["UserSub"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let code = world.code_for(&email).await;
        let confirm = json!({ "ClientId": client, "Username": email, "ConfirmationCode": code });
        world.cognito("ConfirmSignUp", confirm).await.expect("confirms");
        let token = sign_in(&world, &email).await;
        Person { name: name.to_owned(), id, email, token, world }
    }

    /// The world they live in.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The same person, signed in anew.
    pub async fn signs_in_again(&mut self) {
        self.token = sign_in(&self.world, &self.email).await;
    }

    /// All tokens of a new sign-in: `IdToken`, `AccessToken`, `RefreshToken`.
    pub async fn tokens(&self) -> Value {
        tokens(&self.world, &self.email).await
    }

    /// Sends a GraphQL request.
    pub async fn asks(&self, document: &str, variables: Value) -> Reply {
        self.world.notes(self, document, &variables);
        ask(&self.world, Some(&self.token), document, variables).await
    }

    /// Runs a mutation by its name, with its input and the fields wanted of its answer.
    pub async fn does(&self, mutation: &str, input: Value, wanted: &str) -> Reply {
        self.asks(&mutation_of(mutation, wanted), json!({ "input": input })).await
    }

    /// Runs a mutation as [`Person::does`]; none if there is no answer, as when the network or the cloud breaks down.
    pub async fn tries(&self, mutation: &str, input: Value, wanted: &str) -> Option<Reply> {
        try_ask(&self.world, Some(&self.token), &mutation_of(mutation, wanted), json!({ "input": input }))
            .await
    }

    /// The same person in a world that came up again elsewhere.
    pub fn moves_to(&self, world: World) -> Person {
        Person { world, ..self.clone() }
    }

    /// Opens the live connection of one device; ready when this returns.
    pub async fn listens(&self) -> Ear {
        Ear::open(&self.world, &self.token).await
    }
}

fn mutation_of(mutation: &str, wanted: &str) -> String {
    let mut kind = mutation.to_owned();
    kind[..1].make_ascii_uppercase();
    format!("mutation($input: {kind}Input!) {{ {mutation}(input: $input) {wanted} }}")
}

/// Sends a GraphQL request with a token, or with none.
pub async fn ask(world: &World, token: Option<&str>, document: &str, variables: Value) -> Reply {
    try_ask(world, token, document, variables).await.expect("an answer")
}

/// Sends a GraphQL request; none if there is no whole answer.
async fn try_ask(world: &World, token: Option<&str>, document: &str, variables: Value) -> Option<Reply> {
    let request = world.http().post(format!("{}/graphql", world.url()));
    let request = match token {
        Some(token) => request.header("authorization", token),
        None => request,
    };
    let answer = request.json(&json!({ "query": document, "variables": variables })).send().await.ok()?;
    answer.json().await.ok()
}

async fn sign_in(world: &World, email: &str) -> String {
    tokens(world, email).await["AccessToken"].as_str().expect("a token").to_owned()
}

async fn tokens(world: &World, email: &str) -> Value {
    let parameters = json!({ "USERNAME": email, "PASSWORD": PASSWORD });
    let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": world.client_id(), "AuthParameters": parameters });
    let mut answer = world.cognito("InitiateAuth", body).await.expect("signs in");
    answer["AuthenticationResult"].take()
}
