//! Our own GraphQL API, for functions that publish.

use std::sync::Arc;

use aws_types::SdkConfig;
use domain::Error;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Clock;
use crate::http::Reply;
use crate::signed::Target;

/// The header by which X-Ray joins what belongs together.
const TRACE: &str = "x-amzn-trace-id";

/// A GraphQL client that signs with the function's credentials (service `appsync`).
#[derive(Debug, Clone)]
pub struct Api {
    target: Option<Arc<Target>>,
    clock: Clock,
    trace: Option<Arc<str>>,
}

#[derive(Serialize)]
struct Request<'a, V> {
    query: &'a str,
    variables: &'a V,
}

#[derive(Deserialize)]
struct Answer<D> {
    data: Option<D>,
    #[serde(default)]
    errors: Vec<GraphqlError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphqlError {
    #[serde(default)]
    error_type: Option<String>,
    #[serde(default)]
    message: String,
}

impl Api {
    pub(crate) fn new(sdk: &SdkConfig, url: Option<&str>, clock: Clock) -> Self {
        Api { target: url.and_then(|url| Target::new(sdk, url, "appsync")).map(Arc::new), clock, trace: None }
    }

    /// The same client, whose requests belong to a trace.
    pub(crate) fn within_trace(&self, trace: Option<Arc<str>>) -> Self {
        Api { trace, ..self.clone() }
    }

    /// Runs a document and gives the answer's `data`.
    ///
    /// Throttling, time-outs and 5xx are `Unavailable`; any error in the answer is `Internal`, because the documents
    /// are ours. Nothing is retried here: a publication is repeated by the stream.
    pub async fn execute<V: Serialize, D: DeserializeOwned>(
        &self,
        query: &str,
        variables: &V,
    ) -> Result<D, Error> {
        let target =
            self.target.as_ref().ok_or_else(|| Error::internal("API_URL is not set or not a URL"))?;
        let body = serde_json::to_vec(&Request { query, variables })
            .map_err(|error| Error::internal(format!("the variables cannot be written: {error}")))?;
        let mut request =
            target.signed(body, &[("content-type", "application/json")], self.clock.now()).await?;
        if let Some(trace) = &self.trace {
            // Not signed, as AppSync does not ask for it.
            request.headers_mut().insert(TRACE, trace.to_string());
        }
        let sent = target.send(request).await;
        read(sent.map_err(|error| Error::unavailable(format!("appsync: {error:?}")))?)
    }
}

fn read<D: DeserializeOwned>(reply: Reply) -> Result<D, Error> {
    if reply.status == 429 || reply.status >= 500 {
        return Err(Error::unavailable(format!("appsync: status {}", reply.status)));
    }
    let answer: Answer<Value> = serde_json::from_slice(&reply.body)
        .map_err(|error| Error::internal(format!("appsync: status {}: {error}", reply.status)))?;
    if let Some(error) = answer.errors.first() {
        let kind = error.error_type.as_deref().unwrap_or("no type");
        return Err(Error::internal(format!("appsync: status {}, {kind}: {}", reply.status, error.message)));
    }
    let data = answer.data.ok_or_else(|| {
        Error::internal(format!(
            "appsync: status {}, {} bytes without data or errors",
            reply.status,
            reply.body.len()
        ))
    })?;
    crate::parse::parse_ours("the answer of appsync", data)
}

#[cfg(test)]
mod tests {
    use domain::ErrorKind;

    use super::*;
    use crate::testing::Wire;

    #[tokio::test]
    async fn a_document_is_posted_to_the_api_and_signed() {
        let wire = Wire::answering(200, r#"{"data":{"publishEvents":true}}"#);
        let variables = serde_json::json!({"recipients": ["a"]});
        let answer: Value = wire.ctx().api().execute("mutation { publishEvents }", &variables).await.unwrap();
        assert_eq!(answer["publishEvents"], true);
        let request = wire.sent().remove(0);
        assert_eq!((request.method(), request.uri()), ("POST", "http://127.0.0.1:1/graphql"));
        let authorization = request.headers().get("authorization").unwrap();
        assert!(authorization.contains("/us-east-1/appsync/aws4_request"), "{authorization}");
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        assert_eq!(body["variables"], variables);
    }

    #[tokio::test]
    async fn a_call_belongs_to_the_trace_of_the_invocation() {
        let wire = Wire::answering(200, r#"{"data":{}}"#);
        let ctx = wire.ctx().within_trace(Some("Root=1-2-3;Sampled=1"));
        let _answer: Value = ctx.api().execute("{ __typename }", &serde_json::json!({})).await.unwrap();
        assert_eq!(wire.sent().remove(0).headers().get(TRACE), Some("Root=1-2-3;Sampled=1"));
    }

    fn answer(status: u16, body: &'static str) -> Result<Value, ErrorKind> {
        read(Reply { status, body: body.into() }).map_err(|error| error.kind())
    }

    #[test]
    fn errors_hide_in_a_200() {
        assert_eq!(answer(200, r#"{"data":{"f":1}}"#).unwrap(), serde_json::json!({"f": 1}));
        let refused = r#"{"data":{"f":null},"errors":[{"errorType":"Unauthorized","message":"no"}]}"#;
        assert_eq!(answer(200, refused), Err(ErrorKind::Internal));
        assert_eq!(answer(401, r#"{"errors":[{"message":"no"}]}"#), Err(ErrorKind::Internal));
    }

    #[test]
    fn overload_is_worth_another_try() {
        assert_eq!(answer(503, ""), Err(ErrorKind::Unavailable));
        assert_eq!(answer(429, "{}"), Err(ErrorKind::Unavailable));
    }
}
