//! Which kind of credentials a client shows.

use axum::http::HeaderMap;

use crate::config::AuthMode;

/// Credentials, not yet checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presented<'a> {
    Nothing,
    Signature,
    ApiKey(&'a str),
    Jwt(&'a str),
    /// For the function that authorizes.
    Token(&'a str),
    /// A kind that this API does not take.
    Unknown,
}

/// A signature goes before a key, a key before a token, a JWT to the user pool and the rest to the function.
pub(super) fn classify<'a>(headers: &'a HeaderMap, modes: &[AuthMode]) -> Presented<'a> {
    let has = |wanted: fn(&AuthMode) -> bool| modes.iter().any(wanted);
    let authorization = headers.get("authorization").and_then(|value| value.to_str().ok());
    let key = headers.get("x-api-key").and_then(|value| value.to_str().ok());
    match (authorization, key) {
        (Some(text), _) if text.starts_with("AWS4-HMAC-SHA256") => {
            if has(|mode| matches!(mode, AuthMode::Iam)) { Presented::Signature } else { Presented::Unknown }
        }
        (_, Some(key)) if has(|mode| matches!(mode, AuthMode::ApiKey { .. })) => Presented::ApiKey(key),
        (Some(text), _) => {
            let token = text.strip_prefix("Bearer ").unwrap_or(text);
            let has_pool = has(|mode| matches!(mode, AuthMode::UserPool { .. }));
            let has_function = has(|mode| matches!(mode, AuthMode::Lambda { .. }));
            match (has_pool, has_function) {
                (true, false) => Presented::Jwt(token),
                (true, true) if is_jwt(token) => Presented::Jwt(token),
                (_, true) => Presented::Token(text),
                (false, false) => Presented::Unknown,
            }
        }
        (None, Some(_)) => Presented::Unknown,
        (None, None) => Presented::Nothing,
    }
}

/// Three parts in the alphabet of JWTs.
fn is_jwt(token: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let mut parts = token.split('.');
    parts.by_ref().take(3).filter(|part| is_part(part)).count() == 3 && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DefaultAction;

    fn pool() -> AuthMode {
        AuthMode::UserPool { default_action: DefaultAction::Allow, app_id_client_regex: None }
    }

    fn function() -> AuthMode {
        AuthMode::Lambda {
            function: "authorize".to_owned(),
            result_ttl_seconds: 0,
            identity_validation_expression: None,
        }
    }

    /// Headers, the modes of the API, and what the headers are taken for.
    type Case = (&'static [(&'static str, &'static str)], Vec<AuthMode>, Presented<'static>);

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn credentials_go_where_they_belong() {
        let keys = || AuthMode::ApiKey { keys: Vec::new() };
        let cases: Vec<Case> = vec![
            (&[], vec![pool()], Presented::Nothing),
            (&[("authorization", "a.b.c")], vec![pool()], Presented::Jwt("a.b.c")),
            (&[("authorization", "Bearer a.b.c")], vec![pool()], Presented::Jwt("a.b.c")),
            (&[("authorization", "junk")], vec![pool()], Presented::Jwt("junk")),
            (&[("authorization", "junk")], vec![pool(), function()], Presented::Token("junk")),
            (&[("authorization", "a.b.c")], vec![pool(), function()], Presented::Jwt("a.b.c")),
            (&[("authorization", "AWS4-HMAC-SHA256 x")], vec![pool(), AuthMode::Iam], Presented::Signature),
            (&[("authorization", "AWS4-HMAC-SHA256 x")], vec![pool()], Presented::Unknown),
            (&[("x-api-key", "k")], vec![pool(), keys()], Presented::ApiKey("k")),
            (&[("x-api-key", "k")], vec![pool()], Presented::Unknown),
            (&[("x-api-key", "k"), ("authorization", "a.b.c")], vec![pool()], Presented::Jwt("a.b.c")),
        ];
        for (pairs, modes, expected) in cases {
            assert_eq!(classify(&headers(pairs), &modes), expected, "{pairs:?}");
        }
    }

    #[test]
    fn only_three_parts_are_a_jwt() {
        assert!(
            is_jwt("a.b.c") && !is_jwt("a.b") && !is_jwt("a.b.c.d") && !is_jwt("a..c") && !is_jwt("a b.c.d")
        );
    }
}
