//! Every field, asked with signatures: guests, people with credentials of the identity pool, and the publisher.

use std::collections::BTreeSet;

use tests::Credentials;

use super::check::Check;
use super::scene::Scene;
use super::table;

#[tokio::test]
async fn signatures_open_what_their_role_names_and_nothing_else() {
    let scene = Scene::new().await;
    let check = Check::new(&scene).await;
    let signers = [
        ("guest", Credentials::guest(&scene.world).await),
        ("member", Credentials::signed_in(&scene.owner).await),
        ("publisher", Credentials::function(&scene.world, "publish-changes").await),
    ];
    let mut open = BTreeSet::new();
    for row in table::all() {
        for (role, credentials) in &signers {
            match check.tries(row, credentials).await.as_str() {
                "Unauthorized" => {}
                "ok" => {
                    open.insert((*role, row.field));
                }
                other => panic!("{role} × {}: {other}", row.field),
            }
        }
    }
    assert_eq!(open, BTreeSet::from([("publisher", "Mutation.publishEvents")]));
}
