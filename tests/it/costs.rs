//! What each operation costs, counted, against the tables of `docs/costs.md` and the budgets.
//!
//! Units and round trips do not depend on the machine, so they are compared exactly. After a change that is meant,
//! `SMARTCHAT_BLESS=1 cargo test -p tests costs` writes the tables anew; the difference is then there to be reviewed.

mod account;
mod conversations;
mod dollars;
mod ledger;
mod live;
mod messages;
mod page;
mod scene;

use std::collections::BTreeSet;

use tests::World;
use tokio::sync::OnceCell;

use crate::house::schema::schema;
use ledger::{Ledger, Row};
use scene::Scene;

/// What was counted; counted once for all tests.
async fn counted() -> &'static [Row] {
    static ROWS: OnceCell<Vec<Row>> = OnceCell::const_new();
    ROWS.get_or_init(|| async {
        let world = World::new().await;
        let mut ledger = Ledger::new(world.clone());
        let mut scene = Scene::new(&world, &mut ledger).await;
        messages::count(&mut ledger, &scene).await;
        live::count(&mut ledger, &mut scene).await;
        account::count(&mut ledger, &scene).await;
        conversations::count(&mut ledger, &scene).await;
        ledger.into_rows()
    })
    .await
}

fn find<'a>(rows: &'a [Row], field: &str, case: &str) -> &'a Row {
    let row = rows.iter().find(|row| row.field == field && row.case == case);
    row.unwrap_or_else(|| panic!("{field} ({case}) was not counted"))
}

#[tokio::test]
async fn every_operation_costs_what_the_page_says() {
    page::check(counted().await);
}

#[tokio::test]
async fn every_field_is_counted() {
    let rows = counted().await;
    let known: BTreeSet<_> = rows.iter().map(|row| row.field.as_str()).collect();
    let schema = schema();
    let fields = ["Query", "Mutation", "Subscription"].iter().flat_map(|root| schema.root_fields(root));
    // Only the publisher calls it: it is counted behind each operation that publishes.
    let fields = fields.filter(|field| field != "publishEvents");
    let missing: Vec<_> = fields.filter(|field| !known.contains(field.as_str())).collect();
    assert!(missing.is_empty(), "fields whose cost is not counted: {missing:?}");
}

#[tokio::test]
async fn one_action_is_one_operation() {
    let several: Vec<_> = counted().await.iter().filter(|row| row.operations != 1).collect();
    assert!(several.is_empty(), "{several:#?}");
}

#[tokio::test]
async fn round_trips_are_within_their_budgets() {
    let rows = counted().await;
    let budgets = [
        ("sendMessage", "direct", 2),
        ("sendMessage", "group of 10", 2),
        ("sendMessage", "group of 100", 2),
        ("markRead", "direct", 1),
        ("markRead", "group of 100", 1),
        ("listMessages", "the latest 50", 1),
        ("listConversations", "25 of 50", 2),
        // Two, and one for the other sides of direct conversations.
        ("syncConversations", "1 of 50 changed", 3),
        // Two, and one for the extras of the last page.
        ("syncMessages", "50 messages behind", 3),
    ];
    for (field, case, budget) in budgets {
        let trips = find(rows, field, case).trips;
        assert!(trips <= budget, "{field} ({case}): {trips} round trips one after the other, not {budget}");
    }
}

#[tokio::test]
async fn a_send_costs_the_same_whatever_the_size_of_the_group() {
    let rows = counted().await;
    let cost = |case| {
        let row = find(rows, "sendMessage", case);
        (row.trips, row.reads, row.writes, row.functions)
    };
    assert_eq!(cost("group of 10"), cost("group of 100"));
    assert_eq!(cost("direct"), cost("group of 100"));
}
