//! People by `sub` and by email address or user name.

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, params};

use crate::response::Failure;
use crate::user::User;

/// Addresses are compared without case.
fn fold(email: &str) -> String {
    email.to_lowercase()
}

/// The name beside the `sub` that leads to a person: the address, or for whom a provider brought the user name, because
/// such a person may have the address of another.
fn alias(user: &User) -> String {
    fold(user.username.as_deref().unwrap_or_else(|| user.email()))
}

fn decode(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn parse(body: &str) -> Result<User, Failure> {
    serde_json::from_str(body).map_err(Failure::internal)
}

/// The person with this `sub`.
pub(crate) fn by_sub(connection: &Connection, sub: &str) -> Result<Option<User>, Failure> {
    let query = "SELECT body FROM users WHERE sub = ?1";
    let body = connection.query_row(query, [sub], decode).optional()?;
    body.map(|body| parse(&body)).transpose()
}

/// The person whom a client means by `Username`: an address, a user name or a `sub`.
pub(crate) fn by_name(connection: &Connection, name: &str) -> Result<Option<User>, Failure> {
    let query = "SELECT body FROM users WHERE email = ?1";
    let body = connection.query_row(query, [fold(name)], decode).optional()?;
    match body {
        Some(body) => parse(&body).map(Some),
        None => by_sub(connection, name),
    }
}

/// Adds a person; false if the address is taken.
pub(crate) fn insert(transaction: &Transaction<'_>, user: &User) -> Result<bool, Failure> {
    let body = serde_json::to_string(user).map_err(Failure::internal)?;
    let statement = "INSERT INTO users (sub, email, body) VALUES (?1, ?2, ?3)";
    unless_taken(transaction.execute(statement, params![user.sub, alias(user), body]))
}

/// Replaces a person; false if the address is another's.
pub(crate) fn replace(transaction: &Transaction<'_>, user: &User) -> Result<bool, Failure> {
    let body = serde_json::to_string(user).map_err(Failure::internal)?;
    let statement = "UPDATE users SET email = ?2, body = ?3 WHERE sub = ?1";
    unless_taken(transaction.execute(statement, params![user.sub, alias(user), body]))
}

fn unless_taken(outcome: rusqlite::Result<usize>) -> Result<bool, Failure> {
    match outcome {
        Ok(_) => Ok(true),
        Err(rusqlite::Error::SqliteFailure(cause, _)) if cause.code == ErrorCode::ConstraintViolation => {
            Ok(false)
        }
        Err(cause) => Err(cause.into()),
    }
}

/// Whether another person has this address.
pub(crate) fn is_taken(connection: &Connection, email: &str, by_other_than: &str) -> Result<bool, Failure> {
    let query = "SELECT EXISTS (SELECT 1 FROM users WHERE email = ?1 AND sub <> ?2)";
    Ok(connection.query_row(query, [fold(email), by_other_than.to_owned()], |row| row.get(0))?)
}

/// Removes a person and all their sign-ins.
pub(crate) fn delete(transaction: &Transaction<'_>, sub: &str) -> Result<(), Failure> {
    transaction.execute("DELETE FROM families WHERE sub = ?1", [sub])?;
    transaction.execute("DELETE FROM provider_links WHERE sub = ?1", [sub])?;
    transaction.execute("DELETE FROM users WHERE sub = ?1", [sub])?;
    Ok(())
}

/// People in the order of their `sub`, after one of them.
pub(crate) fn list(connection: &Connection, after: &str) -> Result<Vec<User>, Failure> {
    let mut statement = connection.prepare("SELECT body FROM users WHERE sub > ?1 ORDER BY sub")?;
    let bodies: Vec<String> = statement.query_map([after], decode)?.collect::<Result<_, _>>()?;
    bodies.iter().map(|body| parse(body)).collect()
}
