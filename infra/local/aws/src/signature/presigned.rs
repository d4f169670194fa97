//! A signature in the query of an address.

use jiff::SignedDuration;
use percent_encoding::percent_decode_str;

use super::authorization::Authorization;

/// The longest that S3 lets a presigned address live: seven days.
const LONGEST: i64 = 604_800;

/// What a presigned query says about its signature, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Presigned {
    credential: String,
    date: String,
    signed_headers: String,
    signature: String,
    lifetime: String,
    /// Of temporary credentials.
    pub(super) token: Option<String>,
    /// The query as it was signed: without the signature.
    pub(super) signed_query: String,
}

impl Presigned {
    /// Reads a query; none if it carries no signature.
    pub(super) fn read(query: &str) -> Option<Self> {
        let mut presigned = Presigned::default();
        let mut signed = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
            match percent_decode_str(name).decode_utf8_lossy().as_ref() {
                "X-Amz-Signature" => {
                    presigned.signature = value;
                    continue;
                }
                "X-Amz-Credential" => presigned.credential = value,
                "X-Amz-Date" => presigned.date = value,
                "X-Amz-SignedHeaders" => presigned.signed_headers = value,
                "X-Amz-Expires" => presigned.lifetime = value,
                "X-Amz-Security-Token" => presigned.token = Some(value),
                _ => {}
            }
            signed.push(parameter);
        }
        presigned.signed_query = signed.join("&");
        Some(presigned).filter(|presigned| !presigned.signature.is_empty())
    }

    /// The signature and what it covers; none if a part is missing or unreadable.
    pub(super) fn authorization(&self) -> Option<Authorization<'_>> {
        Authorization::of(&self.credential, &self.signed_headers, &self.signature, &self.date)
    }

    /// How long the address is good; none if S3 would not take it.
    pub(super) fn lifetime(&self) -> Option<SignedDuration> {
        let seconds = self.lifetime.parse().ok().filter(|seconds| (1..=LONGEST).contains(seconds))?;
        Some(SignedDuration::from_secs(seconds))
    }

    /// Whether a header was signed.
    pub(super) fn signs(&self, header: &str) -> bool {
        self.signed_headers.split(';').any(|name| name == header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host%3Brange\
        &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404&x-id=GetObject";

    #[test]
    fn a_presigned_query_is_read_and_signed_without_its_signature() {
        let presigned = Presigned::read(QUERY).unwrap();
        let authorization = presigned.authorization().unwrap();
        assert_eq!((authorization.access_key_id, authorization.service), ("AKID", "s3"));
        assert_eq!(presigned.lifetime(), Some(SignedDuration::from_hours(24)));
        assert!(presigned.signs("range") && !presigned.signs("x-amz-acl"));
        assert!(presigned.signed_query.ends_with("SignedHeaders=host%3Brange&x-id=GetObject"));
        assert_eq!(Presigned::read("x-id=GetObject"), None);
    }

    #[test]
    fn a_lifetime_beyond_a_week_or_below_a_second_is_none() {
        for lifetime in ["0", "604801", "-1", "soon", ""] {
            let query = QUERY.replace("Expires=86400", &format!("Expires={lifetime}"));
            assert_eq!(Presigned::read(&query).unwrap().lifetime(), None, "{lifetime}");
        }
    }
}
