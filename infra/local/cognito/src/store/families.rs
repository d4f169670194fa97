//! Families of tokens: everything that grew out of one sign-in, and is revoked together.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use sha2::{Digest, Sha256};

use crate::response::Failure;
use crate::tokens::claims::SELF_SCOPE;

/// How long a family is remembered after its end, so that an old token is called expired and not unknown.
const REMEMBERED_SECONDS: i64 = 30 * 86_400;

/// One sign-in. Times are in seconds since the epoch.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    /// `event_id` of all its tokens.
    pub(crate) id: String,
    pub(crate) sub: String,
    pub(crate) client_id: String,
    pub(crate) origin_jti: String,
    pub(crate) auth_time: i64,
    pub(crate) expires_at: i64,
    pub(crate) revoked: bool,
    /// What the hosted pages were asked for; none for the other ways to sign in.
    pub(crate) scope: Option<String>,
}

impl Family {
    /// The scopes of its access tokens.
    pub(crate) fn scope(&self) -> &str {
        self.scope.as_deref().unwrap_or(SELF_SCOPE)
    }
}

const COLUMNS: &str = "f.id, f.sub, f.client_id, f.origin_jti, f.auth_time, f.expires_at, f.revoked,
    (SELECT s.scope FROM family_scopes s WHERE s.family = f.id)";

fn decode(row: &Row<'_>) -> rusqlite::Result<Family> {
    Ok(Family {
        id: row.get(0)?,
        sub: row.get(1)?,
        client_id: row.get(2)?,
        origin_jti: row.get(3)?,
        auth_time: row.get(4)?,
        expires_at: row.get(5)?,
        revoked: row.get(6)?,
        scope: row.get(7)?,
    })
}

/// Refresh tokens are kept as digests, so that the file does not hold anything to sign in with.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Adds a sign-in, and forgets those that are long over.
pub(crate) fn insert(transaction: &Transaction<'_>, family: &Family, now: i64) -> Result<(), Failure> {
    transaction.execute("DELETE FROM families WHERE expires_at < ?1", [now - REMEMBERED_SECONDS])?;
    let statement = "INSERT INTO families (id, sub, client_id, origin_jti, auth_time, expires_at, revoked)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let f = family;
    let row = params![f.id, f.sub, f.client_id, f.origin_jti, f.auth_time, f.expires_at, f.revoked];
    transaction.execute(statement, row)?;
    if let Some(scope) = &f.scope {
        let statement = "INSERT INTO family_scopes (family, scope) VALUES (?1, ?2)";
        transaction.execute(statement, params![f.id, scope])?;
    }
    Ok(())
}

/// Gives the family one more refresh token.
pub(crate) fn add_token(transaction: &Transaction<'_>, family: &str, token: &str) -> Result<(), Failure> {
    let statement = "INSERT INTO refresh_tokens (digest, family) VALUES (?1, ?2)";
    transaction.execute(statement, params![digest(token), family])?;
    Ok(())
}

/// A rotated token serves until then, so that a lost answer can be asked for again.
pub(crate) fn retire_token(transaction: &Transaction<'_>, token: &str, at: i64) -> Result<(), Failure> {
    let statement = "UPDATE refresh_tokens SET retires_at = ?2 WHERE digest = ?1 AND retires_at IS NULL";
    transaction.execute(statement, params![digest(token), at])?;
    Ok(())
}

/// The family of a refresh token, and when the token itself retires.
pub(crate) fn by_token(
    connection: &Connection,
    token: &str,
) -> Result<Option<(Family, Option<i64>)>, Failure> {
    let query = format!(
        "SELECT {COLUMNS}, t.retires_at FROM refresh_tokens t JOIN families f ON f.id = t.family WHERE t.digest = ?1"
    );
    let read = |row: &Row<'_>| Ok((decode(row)?, row.get(8)?));
    Ok(connection.query_row(&query, [digest(token)], read).optional()?)
}

/// The family with this `event_id`.
pub(crate) fn by_id(connection: &Connection, id: &str) -> Result<Option<Family>, Failure> {
    let query = format!("SELECT {COLUMNS} FROM families f WHERE f.id = ?1");
    Ok(connection.query_row(&query, [id], decode).optional()?)
}

/// Ends one sign-in.
pub(crate) fn revoke(transaction: &Transaction<'_>, id: &str) -> Result<(), Failure> {
    transaction.execute("UPDATE families SET revoked = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// Ends all sign-ins of a person that exist now.
pub(crate) fn revoke_all(transaction: &Transaction<'_>, sub: &str) -> Result<(), Failure> {
    transaction.execute("UPDATE families SET revoked = 1 WHERE sub = ?1", [sub])?;
    Ok(())
}
