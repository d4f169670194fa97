//! What each operation costs, counted, against the tables of `docs/costs.md` and the budgets.
//!
//! Units and round trips do not depend on the machine, so they are compared exactly. After a change that is meant,
//! `SMARTCHAT_BLESS=1 cargo test --workspace --test it -- costs` writes the tables anew; the difference is then there to be reviewed.

mod account;
mod conversations;
mod ledger;
mod live;
mod media;
mod messages;
mod notifications;
mod page;
mod scene;
mod search;

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
        media::count(&mut ledger, &scene).await;
        live::count(&mut ledger, &mut scene).await;
        account::count(&mut ledger, &scene).await;
        search::count(&mut ledger, &scene).await;
        conversations::count(&mut ledger, &scene).await;
        notifications::count(&mut ledger, &scene).await;
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

#[test]
fn the_dollars_follow_from_the_units_and_the_prices() {
    page::check_prices();
}

#[test]
fn a_stack_that_nobody_uses_costs_less_than_a_dollar_a_month() {
    let sources = page::sources();
    let dollars = sources.idle.dollars(&sources.prices);
    assert!(sources.idle.secrets > 0, "the secrets are found: {:?}", sources.idle);
    assert!(dollars <= 1.0, "{dollars} $: {:?}", sources.idle);
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
async fn an_outbox_is_two_round_trips_and_less_than_half_the_units() {
    let row = find(counted().await, "sendMessages", "25");
    assert_eq!((row.trips, row.reads, row.writes), (2, 54.0, 104.0));
}

#[tokio::test]
async fn nothing_is_looked_up_for_what_is_published() {
    let rows = counted().await;
    // Publisher and router; for a message also push, for what an edit says now also the index of search.
    for (field, case, expected) in
        [("sendMessage", "direct", 3), ("sendMessage", "a reply", 3), ("editMessage", "group of 10", 3)]
    {
        let functions = find(rows, field, case).behind.as_ref().map(|behind| behind.functions);
        assert_eq!(functions, Some(expected), "{field} ({case})");
    }
}

#[tokio::test]
async fn nobody_is_told_live_who_read_what_in_a_large_group() {
    assert_eq!(u64::from(cost::LIVE_RECEIPTS), domain::conversation::MAX_LIVE_RECEIPTS);
    let rows = counted().await;
    for field in ["markDelivered", "markRead"] {
        let behind = |case| find(rows, field, case).behind.clone().expect("counted");
        assert!(behind("group of 10").deliveries > 1);
        assert!(behind("group of 100").deliveries <= 1, "the reader's own device at most");
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
