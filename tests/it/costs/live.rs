//! What is live: subscriptions and typing.

use serde_json::json;

use super::ledger::Ledger;
use super::scene::Scene;

pub(super) async fn count(ledger: &mut Ledger, scene: &mut Scene) {
    let ear = ledger.observes("onEvent", "a device", scene.alice.listens()).await;
    ear.breaks();
    let document =
        "subscription($id: ID!) { onTyping(conversationId: $id) { conversationId userId activity } }";
    let variables = json!({ "id": scene.direct });
    let bobs = &mut scene.ears[1];
    let subscribed =
        ledger.observes("onTyping", "a device", bobs.subscribe("typing", document, variables)).await;
    subscribed.expect("a member may");
    let input = json!({ "conversationId": scene.direct, "activity": "TYPING" });
    let request = scene.alice.does("setTyping", input, "{ conversationId userId activity at }");
    ledger.counts("setTyping", "direct", request).await;
}
