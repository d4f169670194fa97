//! The user pool, for the functions that it calls.

use std::sync::Arc;

use aws_types::SdkConfig;
use domain::Error;
use domain::account::{MailAddress, Origin, PoolAccount, ProviderIdentity};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::http::Reply;
use crate::parse::parse_ours;
use crate::signed::Target;

/// A client of the user pool that signs with the function's credentials (service `cognito-idp`).
///
/// Nothing is retried: the pool calls a trigger again that is slow, and a person who is refused tries again.
#[derive(Debug, Clone)]
pub struct People {
    target: Option<Arc<Target>>,
    clock: Clock,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    #[serde(default)]
    users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct User {
    username: String,
    user_status: String,
    #[serde(default)]
    attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    #[serde(default)]
    value: String,
}

/// An entry of the attribute `identities`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    user_id: String,
    provider_name: String,
    /// A flag, or the text of one.
    #[serde(default)]
    primary: Value,
}

impl People {
    pub(crate) fn new(sdk: &SdkConfig, clock: Clock) -> Self {
        let region = sdk.region().map(|region| region.as_ref().to_owned()).unwrap_or_default();
        let own = || format!("https://cognito-idp.{region}.amazonaws.com/");
        let url = sdk.endpoint_url().map_or_else(own, |url| format!("{}/", url.trim_end_matches('/')));
        People { target: Target::new(sdk, &url, "cognito-idp").map(Arc::new), clock }
    }

    /// The accounts with this address, at most 60. One that was made this moment may be absent.
    pub async fn by_mail(&self, pool: &str, mail: &MailAddress) -> Result<Vec<PoolAccount>, Error> {
        let quoted = mail.as_str().replace('\\', "\\\\").replace('"', "\\\"");
        let request = json!({ "UserPoolId": pool, "Filter": format!("email = \"{quoted}\"") });
        let found: Found = parse_ours("the answer of the user pool", self.call("ListUsers", request).await?)?;
        found.users.into_iter().map(account).collect()
    }

    /// Lets the person of an account come by a provider. It must be nobody's account there, and not linked yet.
    pub async fn link(
        &self,
        pool: &str,
        account: &PoolAccount,
        identity: &ProviderIdentity,
    ) -> Result<(), Error> {
        let (provider, name) = match (account.origin, account.identities.first()) {
            (Origin::Provider, Some(first)) => (first.provider.as_str(), first.subject.as_str()),
            _ => ("Cognito", account.user_name.as_str()),
        };
        let request = json!({
            "UserPoolId": pool,
            "DestinationUser": { "ProviderName": provider, "ProviderAttributeValue": name },
            "SourceUser": {
                "ProviderName": identity.provider,
                "ProviderAttributeName": "Cognito_Subject",
                "ProviderAttributeValue": identity.subject,
            },
        });
        self.call("AdminLinkProviderForUser", request).await.map(drop)
    }

    /// Removes an account.
    pub async fn remove(&self, pool: &str, account: &PoolAccount) -> Result<(), Error> {
        let request = json!({ "UserPoolId": pool, "Username": account.user_name });
        self.call("AdminDeleteUser", request).await.map(drop)
    }

    async fn call(&self, operation: &str, request: Value) -> Result<Value, Error> {
        let target = self.target.as_ref().ok_or_else(|| Error::internal("the user pool has no address"))?;
        let operation = format!("AWSCognitoIdentityProviderService.{operation}");
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", operation.as_str())];
        let request = target.signed(request.to_string().into_bytes(), &headers, self.clock.now()).await?;
        let reply = target.send(request).await;
        read(&reply.map_err(|error| Error::unavailable(format!("cognito: {error:?}")))?)
    }
}

/// The words of a refusal may name a person, its type does not.
fn read(reply: &Reply) -> Result<Value, Error> {
    let body: Value = if reply.body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&reply.body).unwrap_or_default()
    };
    let refusal = body["__type"].as_str().unwrap_or("no type");
    match reply.status {
        200 => Ok(body),
        status if status >= 500 || refusal.ends_with("TooManyRequestsException") => {
            Err(Error::unavailable(format!("cognito: status {status}, {refusal}")))
        }
        status => Err(Error::internal(format!("cognito: status {status}, {refusal}"))),
    }
}

fn account(user: User) -> Result<PoolAccount, Error> {
    let attribute = |name: &str| user.attributes.iter().find(|attribute| attribute.name == name);
    let identities = match attribute("identities") {
        Some(text) => serde_json::from_str(&text.value)
            .map_err(|error| Error::internal(format!("identities of a user: {error}")))?,
        None => Vec::new(),
    };
    let mut identities: Vec<Identity> = identities;
    identities.sort_by_key(|identity| !is_true(&identity.primary));
    Ok(PoolAccount {
        origin: match user.user_status.as_str() {
            "UNCONFIRMED" => Origin::Unconfirmed,
            "EXTERNAL_PROVIDER" => Origin::Provider,
            _ => Origin::Here,
        },
        mail_proven: attribute("email_verified").is_some_and(|verified| verified.value == "true"),
        identities: identities
            .into_iter()
            .map(|identity| ProviderIdentity { provider: identity.provider_name, subject: identity.user_id })
            .collect(),
        user_name: user.username,
    })
}

fn is_true(flag: &Value) -> bool {
    *flag == true || flag == "true"
}

#[cfg(test)]
mod tests {
    use domain::ErrorKind;

    use super::*;
    use crate::testing::Wire;

    const POOL: &str = "us-east-1_Local";

    #[tokio::test]
    async fn people_are_found_by_address() {
        let wire = Wire::answering(
            200,
            r#"{"Users":[{"Username":"google_1","UserStatus":"EXTERNAL_PROVIDER","Attributes":[
                {"Name":"email_verified","Value":"true"},
                {"Name":"identities","Value":"[{\"userId\":\"Ab\",\"providerName\":\"LinkedIn\",\"primary\":false},{\"userId\":\"1\",\"providerName\":\"Google\",\"primary\":true}]"}]}]}"#,
        );
        let mail = MailAddress::parse("Alice@example.com").unwrap();
        let found = wire.ctx().people().by_mail(POOL, &mail).await.unwrap();
        assert_eq!((found[0].origin, found[0].mail_proven), (Origin::Provider, true));
        assert_eq!(found[0].identities[0].provider, "Google", "the one by which they came first");
        let request = wire.sent().remove(0);
        let target = request.headers().get("x-amz-target");
        assert_eq!(target, Some("AWSCognitoIdentityProviderService.ListUsers"));
        let authorization = request.headers().get("authorization").unwrap();
        assert!(authorization.contains("/cognito-idp/aws4_request"), "{authorization}");
        assert!(authorization.contains("x-amz-target"), "{authorization}");
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        assert_eq!(body["Filter"], "email = \"alice@example.com\"");
    }

    #[tokio::test]
    async fn a_link_names_the_account_as_its_origin_wants_it() {
        let identity =
            |provider: &str| ProviderIdentity { provider: provider.to_owned(), subject: "Ab".to_owned() };
        let here = PoolAccount {
            user_name: "sub".to_owned(),
            origin: Origin::Here,
            mail_proven: true,
            identities: vec![identity("Google")],
        };
        let brought = PoolAccount { origin: Origin::Provider, ..here.clone() };
        for (account, expected) in [(here, ["Cognito", "sub"]), (brought, ["Google", "Ab"])] {
            let wire = Wire::answering(200, "{}");
            wire.ctx().people().link(POOL, &account, &identity("LinkedIn")).await.unwrap();
            let body: Value = serde_json::from_slice(wire.sent()[0].body().bytes().unwrap()).unwrap();
            let destination = &body["DestinationUser"];
            assert_eq!([&destination["ProviderName"], &destination["ProviderAttributeValue"]], expected);
            assert_eq!(body["SourceUser"]["ProviderAttributeName"], "Cognito_Subject");
        }
    }

    #[test]
    fn refusals_are_told_from_overload() {
        let kind = |status, body: &'static str| {
            read(&Reply { status, body: body.into() }).map_err(|error| error.kind())
        };
        assert_eq!(kind(200, ""), Ok(Value::Null));
        assert_eq!(kind(400, r#"{"__type":"TooManyRequestsException"}"#), Err(ErrorKind::Unavailable));
        assert_eq!(kind(500, ""), Err(ErrorKind::Unavailable));
        assert_eq!(kind(400, r#"{"__type":"AccessDeniedException"}"#), Err(ErrorKind::Internal));
    }
}
