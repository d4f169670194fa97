//! Identities of the identity pool.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::response::Failure;

/// The login behind an identity: none for a guest; the outer option is none if there is no such identity.
pub(crate) fn login_of(connection: &Connection, id: &str) -> Result<Option<Option<String>>, Failure> {
    let query = "SELECT login FROM identities WHERE id = ?1";
    Ok(connection.query_row(query, [id], |row| row.get(0)).optional()?)
}

/// The identity of a login.
pub(crate) fn by_login(connection: &Connection, login: &str) -> Result<Option<String>, Failure> {
    let query = "SELECT id FROM identities WHERE login = ?1";
    Ok(connection.query_row(query, [login], |row| row.get(0)).optional()?)
}

/// Adds an identity, of a guest if there is no login.
pub(crate) fn insert(transaction: &Transaction<'_>, id: &str, login: Option<&str>) -> Result<(), Failure> {
    transaction.execute("INSERT INTO identities (id, login) VALUES (?1, ?2)", params![id, login])?;
    Ok(())
}

/// Makes a guest's identity a member's.
pub(crate) fn link(transaction: &Transaction<'_>, id: &str, login: &str) -> Result<(), Failure> {
    let statement = "UPDATE identities SET login = ?2 WHERE id = ?1 AND login IS NULL";
    transaction.execute(statement, [id, login])?;
    Ok(())
}
