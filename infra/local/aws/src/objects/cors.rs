//! Pages of other origins, by the rules of their bucket.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::template::CorsRule;

/// What a browser asks before it sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Preflight {
    origin: String,
    method: String,
    headers: Vec<String>,
}

impl Preflight {
    /// Reads the question; none if the request is none.
    pub(super) fn read(method: &Method, headers: &HeaderMap) -> Option<Self> {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        if method != Method::OPTIONS {
            return None;
        }
        let wished = text(ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default().split(',');
        let wished = wished.map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty());
        Some(Preflight {
            origin: text(ORIGIN)?.to_owned(),
            method: text(ACCESS_CONTROL_REQUEST_METHOD)?.to_owned(),
            headers: wished.collect(),
        })
    }

    /// The answer's headers; none if no rule allows it.
    pub(super) fn answer(&self, rules: &[CorsRule]) -> Option<HeaderMap> {
        let allowed = |rule: &&CorsRule| {
            let fits =
                |name: &String| rule.headers.iter().any(|pattern| fits(&pattern.to_ascii_lowercase(), name));
            matches(rule, &self.origin, &self.method) && self.headers.iter().all(fits)
        };
        let rule = rules.iter().find(allowed)?;
        let mut answer = of_rule(rule, &self.origin);
        if !self.headers.is_empty() {
            put(&mut answer, ACCESS_CONTROL_ALLOW_HEADERS, &self.headers.join(", "));
        }
        if let Some(seconds) = rule.max_age {
            put(&mut answer, ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
        Some(answer)
    }
}

/// What lets the page of a request read the answer; nothing if no rule allows it.
pub(super) fn headers(rules: &[CorsRule], method: &Method, request: &HeaderMap) -> HeaderMap {
    let Some(origin) = request.get(ORIGIN).and_then(|origin| origin.to_str().ok()) else {
        return HeaderMap::new();
    };
    let rule = rules.iter().find(|rule| matches(rule, origin, method.as_str()));
    rule.map(|rule| of_rule(rule, origin)).unwrap_or_default()
}

fn of_rule(rule: &CorsRule, origin: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let anyone = rule.origins.iter().any(|pattern| pattern == "*");
    put(&mut headers, ACCESS_CONTROL_ALLOW_ORIGIN, if anyone { "*" } else { origin });
    put(&mut headers, ACCESS_CONTROL_ALLOW_METHODS, &rule.methods.join(", "));
    if !rule.exposed.is_empty() {
        put(&mut headers, ACCESS_CONTROL_EXPOSE_HEADERS, &rule.exposed.join(", "));
    }
    let varied = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
    put(&mut headers, VARY, varied);
    headers
}

fn matches(rule: &CorsRule, origin: &str, method: &str) -> bool {
    rule.methods.iter().any(|allowed| allowed == method)
        && rule.origins.iter().any(|pattern| fits(pattern, origin))
}

/// Whether a text fits a pattern with one `*` at most.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // What came in a header or stands in the template's rules fits a header again, or is left out.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<CorsRule> {
        vec![CorsRule {
            origins: vec!["https://*.smartchat.example".to_owned()],
            methods: vec!["GET".to_owned(), "POST".to_owned()],
            headers: vec!["X-Amz-*".to_owned(), "content-type".to_owned()],
            exposed: vec!["ETag".to_owned()],
            max_age: Some(300),
        }]
    }

    fn ask(origin: &str, method: &str, wished: &str) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, origin.parse().unwrap());
        headers.insert(ACCESS_CONTROL_REQUEST_METHOD, method.parse().unwrap());
        headers.insert(ACCESS_CONTROL_REQUEST_HEADERS, wished.parse().unwrap());
        Preflight::read(&Method::OPTIONS, &headers).unwrap().answer(&rules())
    }

    #[test]
    fn a_preflight_is_answered_by_the_rule_that_fits_all_of_it() {
        let answer = ask("https://web.smartchat.example", "POST", "content-type, x-amz-date").unwrap();
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "https://web.smartchat.example");
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_HEADERS], "content-type, x-amz-date");
        assert_eq!(answer[ACCESS_CONTROL_MAX_AGE], "300");
        assert_eq!(ask("https://evil.example", "POST", ""), None);
        assert_eq!(ask("https://web.smartchat.example", "DELETE", ""), None);
        assert_eq!(ask("https://web.smartchat.example", "GET", "x-secret"), None);
    }

    #[test]
    fn an_answer_says_which_page_may_read_it() {
        let mut request = HeaderMap::new();
        assert!(headers(&rules(), &Method::GET, &request).is_empty());
        request.insert(ORIGIN, "https://web.smartchat.example".parse().unwrap());
        assert_eq!(headers(&rules(), &Method::GET, &request)[ACCESS_CONTROL_EXPOSE_HEADERS], "ETag");
        assert!(headers(&rules(), &Method::PUT, &request).is_empty());
    }
}
