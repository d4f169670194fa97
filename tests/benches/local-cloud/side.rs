//! The sides of the comparison, each with people who can talk.

use std::path::Path;

use futures::future::join_all;
use local_aws::template::{ApiAuth, Deployment, MemorySecrets, Options};
use tests::{Person, World};

use crate::server::{Server, comparison};
use crate::talk::Talk;
use crate::wire::Access;

/// How many listen in the largest talk.
pub(crate) const AUDIENCE: usize = 100;
/// How many write at the same time.
pub(crate) const WRITERS: usize = 16;

/// Of SmartChat, where one subscription of a device brings everything.
const ON_EVENT: &str =
    "subscription { onEvent { events { message { id conversationId seq senderId kind text createdAt } } } }";
/// Of the API that the simulator has too.
const ON_MESSAGE: &str = "subscription($conversationId: ID!) {
  onMessage(conversationId: $conversationId) { id conversationId seq senderId kind text createdAt } }";
/// The key that `tests/clients/simulator/server.mjs` takes.
const SIMULATOR_KEY: &str = "comparison";

/// A server with all talks prepared.
pub(crate) struct Side {
    pub(crate) server: Server,
    /// What listeners ask for.
    pub(crate) subscription: &'static str,
    /// One writer each, with 1, 10 and 100 listeners.
    pub(crate) audiences: Vec<Talk>,
    /// Many writers with one listener each.
    pub(crate) many: Vec<Talk>,
    /// Those whose subscriptions are to be idle.
    pub(crate) idle: Vec<Access>,
}

impl Side {
    /// SmartChat itself: people who signed up, membership, durable messages, a stream.
    pub(crate) async fn smart_chat(server: Server) -> Side {
        let world = World::at(server.url().to_owned(), None).await;
        let names: Vec<_> = (0..=AUDIENCE).map(|number| format!("person{number}")).collect();
        let people = join_all(names.iter().map(|name| world.person(name))).await;
        let access = |person: &Person| Access {
            url: server.url().to_owned(),
            header: ("Authorization", person.token.clone()),
        };
        let mut audiences = Vec::new();
        for count in [1, 10, AUDIENCE] {
            let members: Vec<_> = people[1..=count].iter().collect();
            let conversation = people[0].gathers("audience", &members).await;
            let listeners = members.into_iter().map(access).collect();
            audiences.push(Talk { conversation, writer: access(&people[0]), listeners });
        }
        let mut many = Vec::new();
        for pair in people.chunks_exact(2).take(WRITERS) {
            let conversation = pair[0].meets(&pair[1]).await;
            many.push(Talk { conversation, writer: access(&pair[0]), listeners: vec![access(&pair[1])] });
        }
        world.settles().await;
        let idle = people[2 * WRITERS..].iter().map(access).collect();
        Side { server, subscription: ON_EVENT, audiences, many, idle }
    }

    /// The local cloud with the API of a template of the comparison.
    pub(crate) fn local_cloud(server: Server, template: &str) -> Side {
        let key = api_key(&comparison().join(template));
        Side::of_comparison(server, key)
    }

    /// Amplify's simulator.
    pub(crate) fn simulator(server: Server) -> Side {
        Side::of_comparison(server, SIMULATOR_KEY.to_owned())
    }

    fn of_comparison(server: Server, key: String) -> Side {
        let access = Access { url: server.url().to_owned(), header: ("x-api-key", key) };
        let talk = |conversation: String, listeners| Talk {
            conversation,
            writer: access.clone(),
            listeners: vec![access.clone(); listeners],
        };
        let audiences = [1, 10, AUDIENCE].map(|count| talk(format!("audience-{count}"), count)).to_vec();
        let many = (0..WRITERS).map(|number| talk(format!("talk-{number}"), 1)).collect();
        Side { server, subscription: ON_MESSAGE, audiences, many, idle: vec![access] }
    }
}

/// The key that the local cloud gives to the API of a template.
fn api_key(template: &Path) -> String {
    let deployment = Deployment::read(template, &Options::default(), &MemorySecrets::default());
    let deployment = deployment.unwrap_or_else(|error| panic!("{error}"));
    match &deployment.apis[0].default_auth {
        ApiAuth::ApiKey(keys) => keys[0].key.clone(),
        other => panic!("an API with a key, not {other:?}"),
    }
}
