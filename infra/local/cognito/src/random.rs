//! Randomness from the operating system.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::response::Failure;

/// Unpredictable bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Failure::internal)?;
    Ok(bytes)
}

/// An unguessable name for a session or a refresh token.
pub(crate) fn token<const N: usize>() -> Result<String, Failure> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<N>()?))
}

/// Six digits.
pub(crate) fn code() -> Result<String, Failure> {
    let number = u64::from_be_bytes(bytes()?);
    Ok(format!("{:06}", number % 1_000_000))
}

/// A name that nobody else has.
pub(crate) fn uuid() -> Result<String, Failure> {
    Ok(uuid_of(bytes()?))
}

/// A UUID of the random kind from given bytes.
pub(crate) fn uuid_of(bytes: [u8; 16]) -> String {
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
