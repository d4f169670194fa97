//! Accounts.

use serde_json::json;

use ::tests::visit::{Account, Visitor};

use super::ledger::Ledger;
use super::scene::Scene;

const ME: &str = "{ id handle displayName about locale timeZone privacy { lastSeen } version }";
const PERSON: &str = "{ userId user { id displayName } createdAt }";

pub(super) async fn count(ledger: &mut Ledger, scene: &Scene) {
    oneself(ledger, scene).await;
    people(ledger, scene).await;
    kept(ledger, scene).await;
}

async fn oneself(ledger: &mut Ledger, scene: &Scene) {
    let alice = &scene.alice;
    ledger.counts("getMe", "", alice.asks(&format!("{{ getMe {ME} }}"), json!({}))).await;
    let brought = Account::verified("Google", "newcomer@example.com");
    let newcomer = Visitor::new(alice.world()).signs_in(&brought).await.expect("signs in");
    ledger.counts("acceptTerms", "", newcomer.accepts("1")).await;
    let steps = [
        ("updateProfile", "about", json!({ "about": "Counting." })),
        ("updateProfile", "name", json!({ "displayName": "Alice Abel" })),
        ("setHandle", "the first", json!({ "handle": "alice.abel" })),
        ("setHandle", "another", json!({ "handle": "alice.counts" })),
        ("updatePreferences", "", json!({ "theme": "DARK" })),
    ];
    for (field, case, input) in steps {
        ledger.counts(field, case, alice.does(field, input, ME)).await;
    }
    let request = alice.does("setPresence", json!({ "online": true }), "{ userId online }");
    ledger.counts("setPresence", "", request).await;
}

async fn people(ledger: &mut Ledger, scene: &Scene) {
    let get = "query($id: ID!) { getUser(userId: $id) { id displayName about presence { online } } }";
    ledger.counts("getUser", "", scene.alice.asks(get, json!({ "id": scene.bob.id }))).await;
    let search = "query($query: String!) { searchUsers(query: $query, limit: 25) { items { id displayName } nextToken } }";
    let cases = [
        ("by name, 25 found", "member"),
        ("by name, nobody found", "nosuchname"),
        ("by address", &scene.bob.email),
    ];
    for (case, query) in cases {
        ledger.counts("searchUsers", case, scene.alice.asks(search, json!({ "query": query }))).await;
    }
}

/// Contacts and blocks. The first of the others has a direct conversation with alice, the last has none.
async fn kept(ledger: &mut Ledger, scene: &Scene) {
    let alice = &scene.alice;
    let whom = json!({ "userId": scene.others[0].id });
    let renamed = json!({ "userId": scene.others[0].id, "name": "Max" });
    let steps = [("new", whom.clone()), ("renamed", renamed.clone()), ("the same again", renamed)];
    for (case, input) in steps {
        ledger.counts("addContact", case, alice.does("addContact", input, PERSON)).await;
    }
    let list = format!("{{ listContacts {{ items {PERSON} nextToken }} }}");
    ledger.counts("listContacts", "1", alice.asks(&list, json!({}))).await;
    ledger.counts("removeContact", "", alice.does("removeContact", whom, PERSON)).await;
    for (case, person) in [("with a conversation", 0), ("without", 97)] {
        let whom = json!({ "userId": scene.others[person].id });
        ledger.counts("blockUser", case, alice.does("blockUser", whom, PERSON)).await;
    }
    let list = format!("{{ listBlockedUsers {{ items {PERSON} nextToken }} }}");
    ledger.counts("listBlockedUsers", "2", alice.asks(&list, json!({}))).await;
    for (case, person) in [("with a conversation", 0), ("without", 97)] {
        let whom = json!({ "userId": scene.others[person].id });
        ledger.counts("unblockUser", case, alice.does("unblockUser", whom, PERSON)).await;
    }
}
