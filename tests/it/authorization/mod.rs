//! Who may do what: every field × every kind of caller.
//!
//! `table` says it, `scene` sets the stage, `check` runs a row and `trace` proves that a refusal leaves none.

mod blocks;
mod check;
mod history;
mod policies;
mod publisher;
pub(crate) mod row;
pub(crate) mod scene;
mod signed;
pub(crate) mod table;
pub(crate) mod trace;

use std::collections::BTreeSet;

use check::Check;
use row::Row;
use scene::Scene;

use crate::house::schema::{fields_with_functions, schema};

#[test]
fn every_field_has_a_row() {
    let schema = schema();
    let of = |root: &str| {
        schema.root_fields(root).into_iter().map(|field| format!("{root}.{field}")).collect::<Vec<_>>()
    };
    let mut fields: BTreeSet<_> = ["Query", "Mutation", "Subscription"].into_iter().flat_map(of).collect();
    fields.extend(fields_with_functions(&schema).into_keys());
    let rows: BTreeSet<_> = table::all().map(|row| row.field.to_owned()).collect();
    assert_eq!(rows, fields, "left: the matrix, right: the schema");
}

async fn holds(rows: &[Row]) {
    let scene = Scene::new().await;
    let mut check = Check::new(&scene).await;
    for row in rows {
        check.run(row).await;
    }
    let failures = check.failures();
    assert!(failures.is_empty(), "{} cells do not hold:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test]
async fn the_matrix_of_accounts_holds() {
    holds(table::account::ROWS).await;
}

#[tokio::test]
async fn the_matrix_of_conversations_holds() {
    holds(table::conversations::ROWS).await;
}

#[tokio::test]
async fn the_matrix_of_policies_holds() {
    for rows in table::policies::GROUPS {
        holds(rows).await;
    }
}

#[tokio::test]
async fn the_matrix_of_messages_holds() {
    holds(table::messages::ROWS).await;
}

#[tokio::test]
async fn the_matrix_of_media_holds() {
    holds(table::media::ROWS).await;
}

#[tokio::test]
async fn the_matrix_of_notifications_holds() {
    holds(table::notifications::ROWS).await;
}

#[tokio::test]
async fn the_matrix_of_events_holds() {
    holds(table::events::ROWS).await;
}
