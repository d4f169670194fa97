//! Functions as Lambda runs them: built as programs of their own, and asked over the Runtime API.
//!
//! Everything else proves the functions within the process of the local cloud. This proves their `main`, how they read
//! their environment, how they sign their requests, and the way through `--invoke-url`.
//!
//! It builds programs, which takes minutes, and so it is a target of its own, which `cargo test` leaves out:
//! `cargo test --workspace --bench processes`.

#![expect(clippy::expect_used, reason = "a test that cannot go on ends")]

use std::path::PathBuf;
use std::process::Command;

use local::{Functions, Options};
use tests::house::root;
use tests::{RuntimeApi, World};

/// All that two people need to sign up, meet and talk.
const FUNCTIONS: [&str; 13] = [
    "audit-events",
    "conversation-participants",
    "create-direct-conversation",
    "list-messages",
    "message-sender",
    "on-custom-message",
    "on-post-confirmation",
    "on-pre-sign-up",
    "on-pre-token-generation",
    "publish-changes",
    "push-messages",
    "route-changes",
    "send-message",
];

/// Builds the programs, with the features of the whole workspace, so that what its tests have built is used again.
fn build() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["build", "--quiet", "--locked", "--workspace"]);
    for name in FUNCTIONS {
        cargo.args(["--bin", name]);
    }
    assert!(cargo.status().expect("cargo starts").success(), "the functions do not build");
    let this = std::env::current_exe().expect("the path of this program");
    // target/debug/deps/it-… → target/debug
    this.ancestors().nth(2).expect("the folder of programs").to_owned()
}

#[tokio::main]
async fn main() {
    // `cargo bench` measures, and there is nothing to measure here.
    if std::env::args().all(|argument| argument != "--bench") {
        two_people_chat_through_functions_in_processes_of_their_own().await;
    }
}

async fn two_people_chat_through_functions_in_processes_of_their_own() {
    let lambda = RuntimeApi::start(build()).await;
    let options = Options {
        functions: Functions::At(lambda.url().to_owned()),
        ..Options::for_tests(root().join("template.yaml"))
    };
    let world = World::with(options).await;
    lambda.knows(&world.look("functions").await);

    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ear = bob.listens().await;
    let sent = alice.sends(&talk, "hello").await;
    assert_eq!((sent["seq"].as_u64(), sent["sender"]["displayName"].as_str()), (Some(1), Some("alice")));
    let heard = ear.hears_text("hello").await;
    assert_eq!(heard["message"]["id"], sent["id"]);
    assert_eq!(heard["message"]["sender"]["displayName"], "alice");

    let id = sent["id"].as_str().expect("an id");
    assert_eq!(alice.sends_as(id, &talk, "hello").await.value()["seq"], 1, "sent once");
    alice.sends_as(id, &talk, "something else").await.refused("Conflict");
    bob.sends(&talk, "hello yourself").await;
    assert_eq!(alice.texts(&talk).await, ["hello", "hello yourself"]);

    world.settles().await;
    assert_eq!(lambda.asked(), FUNCTIONS, "each of them was asked, and no other");
    assert_eq!(world.look("dead-letters").await, serde_json::json!([]), "all was told and announced");
    let announced = world.look("events").await;
    assert!(announced.as_array().is_some_and(|events| !events.is_empty()), "the router reached the bus");
}
