//! Accounts at providers, and whose they are here.

use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::response::Failure;

/// The `sub` of the person who signs in by this account at a provider.
pub(crate) fn owner(
    connection: &Connection,
    provider: &str,
    subject: &str,
) -> Result<Option<String>, Failure> {
    let query = "SELECT sub FROM provider_links WHERE provider = ?1 AND subject = ?2";
    Ok(connection.query_row(query, [provider, subject], |row| row.get(0)).optional()?)
}

/// Gives an account at a provider, which must be nobody's, to a person.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    provider: &str,
    subject: &str,
    sub: &str,
) -> Result<(), Failure> {
    let statement = "INSERT INTO provider_links (provider, subject, sub) VALUES (?1, ?2, ?3)";
    transaction.execute(statement, [provider, subject, sub])?;
    Ok(())
}

/// Takes an account at a provider from whoever has it.
pub(crate) fn delete(transaction: &Transaction<'_>, provider: &str, subject: &str) -> Result<(), Failure> {
    let statement = "DELETE FROM provider_links WHERE provider = ?1 AND subject = ?2";
    transaction.execute(statement, [provider, subject])?;
    Ok(())
}
