//! The bytes of objects, in pieces, so that no read and no copy ever holds a whole one.

use std::ops::Range;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Result};

/// The size of a piece.
const PIECE: usize = 1024 * 1024;

/// Keeps bytes under a number of their own.
pub(super) fn keep(conn: &Connection, data: &[u8]) -> Result<i64> {
    let body = fresh(conn)?;
    let mut insert = conn.prepare_cached("INSERT INTO pieces (body, start, data) VALUES (?1, ?2, ?3)")?;
    for (n, piece) in data.chunks(PIECE).enumerate() {
        insert.execute((body, at(n * PIECE), piece))?;
    }
    Ok(body)
}

/// Keeps the same bytes a second time.
pub(super) fn copy(conn: &Connection, body: i64) -> Result<i64> {
    let copy = fresh(conn)?;
    conn.execute(
        "INSERT INTO pieces (body, start, data) SELECT ?1, start, data FROM pieces WHERE body = ?2",
        (copy, body),
    )?;
    Ok(copy)
}

/// Makes one body of several, which are gone then; each comes with its size.
pub(super) fn join(conn: &Connection, parts: &[(i64, u64)]) -> Result<i64> {
    let whole = fresh(conn)?;
    let mut offset = 0;
    let mut update =
        conn.prepare_cached("UPDATE pieces SET body = ?1, start = start + ?2 WHERE body = ?3")?;
    for (part, size) in parts {
        update.execute((whole, i64::try_from(offset).unwrap_or(i64::MAX), part))?;
        offset += size;
    }
    Ok(whole)
}

/// Forgets bytes.
pub(super) fn forget(conn: &Connection, body: i64) -> Result<()> {
    conn.execute("DELETE FROM pieces WHERE body = ?1", [body])?;
    conn.execute("DELETE FROM bodies WHERE id = ?1", [body])?;
    Ok(())
}

/// What there is of a range from its start on: the rest of one piece at most. None if the bytes are gone.
pub(super) fn read(conn: &Connection, body: i64, range: &Range<u64>) -> Result<Option<Bytes>> {
    let start = i64::try_from(range.start).unwrap_or(i64::MAX);
    let mut query = conn.prepare_cached(
        "SELECT start, data FROM pieces WHERE body = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1",
    )?;
    let found = query.query_row((body, start), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
    let Some((at, data)) = found.optional()? else { return Ok(None) };
    let skipped = usize::try_from(start - at).unwrap_or(usize::MAX);
    let wanted = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    let data = Bytes::from(data);
    let end = skipped.saturating_add(wanted).min(data.len());
    Ok((skipped < end).then(|| data.slice(skipped..end)))
}

fn fresh(conn: &Connection) -> Result<i64> {
    conn.execute("INSERT INTO bodies DEFAULT VALUES", ())?;
    Ok(conn.last_insert_rowid())
}

fn at(offset: usize) -> i64 {
    i64::try_from(offset).unwrap_or(i64::MAX)
}
