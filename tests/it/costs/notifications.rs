//! Devices, and what it costs to tell them.

use serde_json::{Value, json};
use tests::chat::fresh;

use super::ledger::Ledger;
use super::scene::{Scene, sends};

const DEVICE: &str = "{ id platform name locale appVersion registeredAt changedAt }";

pub(super) async fn count(ledger: &mut Ledger, scene: &Scene) {
    let Scene { alice, bob, .. } = scene;
    let (id, token) = (fresh(), fresh());
    let phone = |token: &str| json!({ "id": id, "platform": "APNS", "token": token, "name": "phone" });
    let another = fresh();
    let steps = [("new", phone(&token)), ("said again", phone(&token)), ("another token", phone(&another))];
    for (case, input) in steps {
        ledger.counts("registerDevice", case, bob.does("registerDevice", input, DEVICE)).await;
    }
    ledger.counts("listDevices", "1", bob.asks(&format!("{{ listDevices {DEVICE} }}"), json!({}))).await;
    let request = sends(alice, &scene.direct, Value::Null);
    ledger.counts("sendMessage", "direct, to a phone", request).await;
    // The token goes to alice, who is in fifty conversations, and not here: that would silence her phone.
    let request = alice.does("setPresence", json!({ "online": false }), "{ online }");
    request.await.value();
    let request = alice.does("registerDevice", phone(&another), DEVICE);
    ledger.counts("registerDevice", "somebody else's token", request).await;
    let request = sends(bob, &scene.direct, Value::Null);
    ledger.counts("sendMessage", "direct, to a phone of somebody with 50 conversations", request).await;
    let request = alice.does("unregisterDevice", json!({ "id": id }), "");
    ledger.counts("unregisterDevice", "", request).await;
}
