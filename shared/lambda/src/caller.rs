//! Who calls, as types: a handler names the kind that it needs.

use domain::Error;
use domain::id::UserId;

use crate::appsync::{IamIdentity, Identity, UserIdentity};

/// The claim by which tokens say that something is to be done about the terms.
pub const TERMS_CLAIM: &str = "terms";
/// Its value until the terms are accepted; then the claim is absent.
pub const TERMS_PENDING: &str = "pending";

mod sealed {
    use domain::Error;
    use domain::id::UserId;

    use crate::appsync::Identity;

    /// Keeps the kinds of callers in one place.
    pub trait FromIdentity: Sized + Send {
        /// Takes the caller, or says why not.
        fn from_identity(identity: Identity) -> Result<Self, Error>;

        /// The person, if it is one.
        fn user(&self) -> Option<&UserId> {
            None
        }
    }
}

pub(crate) use sealed::FromIdentity;

/// A kind of caller that a handler can ask for.
///
/// Nobody at all is `Unauthenticated`; somebody of another kind is `Forbidden`.
pub trait Caller: FromIdentity {}

impl<C: FromIdentity> Caller for C {}

/// A person with a token of the user pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person: `sub` of the token.
    pub user_id: UserId,
    /// Groups of the user pool, in the order of the token.
    pub groups: Vec<String>,
}

/// A person with a token of the user pool who may not have accepted the terms yet.
///
/// Whom a provider or an administrator brought gets tokens that say so until they accept; with them they see their
/// account and accept, and nothing else: [`SignedIn`] is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The person: `sub` of the token.
    pub user_id: UserId,
}

impl SignedIn {
    /// Whether the person is in a group of the user pool.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|own| own == group)
    }
}

/// One of our functions, with the credentials of its role.
///
/// Which role may call which field is for the templates' policies; this type only says that it is nobody with
/// credentials of the identity pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The name of the role.
    pub role: String,
}

/// Somebody who reads a nested field: a person, or a function that publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// A person.
    User(SignedIn),
    /// A function that publishes what every recipient may see.
    System,
}

impl Viewer {
    /// The person, if it is one.
    pub fn user_id(&self) -> Option<&UserId> {
        match self {
            Viewer::User(user) => Some(&user.user_id),
            Viewer::System => None,
        }
    }
}

/// Whoever AppSync let through: people, functions, guests, API keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anyone;

impl FromIdentity for SignedIn {
    fn from_identity(identity: Identity) -> Result<Self, Error> {
        match identity {
            Identity::User(user) => signed_in(user),
            Identity::Iam(iam) if is_guest(&iam) => Err(Error::unauthenticated()),
            Identity::Iam(_) => Err(Error::forbidden("only a signed-in person may do this")),
            Identity::None => Err(Error::unauthenticated()),
        }
    }

    fn user(&self) -> Option<&UserId> {
        Some(&self.user_id)
    }
}

impl FromIdentity for Newcomer {
    fn from_identity(identity: Identity) -> Result<Self, Error> {
        match identity {
            Identity::User(user) => Ok(Newcomer { user_id: user_id(&user)? }),
            other => SignedIn::from_identity(other).map(|person| Newcomer { user_id: person.user_id }),
        }
    }

    fn user(&self) -> Option<&UserId> {
        Some(&self.user_id)
    }
}

impl FromIdentity for Publisher {
    fn from_identity(identity: Identity) -> Result<Self, Error> {
        let Identity::Iam(iam) = identity else {
            return Err(Error::forbidden("only the service itself may do this"));
        };
        match role(&iam) {
            Some(role) if !is_guest(&iam) => Ok(Publisher { role: role.to_owned() }),
            _ => Err(Error::forbidden("only the service itself may do this")),
        }
    }
}

impl FromIdentity for Viewer {
    fn from_identity(identity: Identity) -> Result<Self, Error> {
        match identity {
            Identity::Iam(iam) if !is_guest(&iam) => {
                Publisher::from_identity(Identity::Iam(iam)).map(|_| Viewer::System)
            }
            other => SignedIn::from_identity(other).map(Viewer::User),
        }
    }

    fn user(&self) -> Option<&UserId> {
        self.user_id()
    }
}

impl FromIdentity for Anyone {
    fn from_identity(_: Identity) -> Result<Self, Error> {
        Ok(Anyone)
    }
}

fn signed_in(user: UserIdentity) -> Result<SignedIn, Error> {
    let user_id = user_id(&user)?;
    if user.claims.get(TERMS_CLAIM).is_some_and(|terms| terms == TERMS_PENDING) {
        return Err(Error::forbidden("accept the terms first: acceptTerms, then refresh the tokens"));
    }
    Ok(SignedIn { user_id, groups: user.groups.unwrap_or_default() })
}

fn user_id(user: &UserIdentity) -> Result<UserId, Error> {
    UserId::parse(user.sub.clone()).map_err(|_| Error::unauthenticated().with_inner("the sub is no user id"))
}

/// Credentials of the identity pool, signed in or not.
fn is_guest(iam: &IamIdentity) -> bool {
    iam.cognito_identity_id.is_some()
}

/// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` → ROLE.
fn role(iam: &IamIdentity) -> Option<&str> {
    let (_, name) = iam.user_arn.split_once(":assumed-role/")?;
    name.split('/').next().filter(|role| !role.is_empty())
}

#[cfg(test)]
mod tests {
    use domain::ErrorKind;
    use serde_json::{Value, json};

    use super::*;

    fn user() -> Value {
        json!({"sub": "8f0a1b52-6f0c-4e4d-9a3c-0d8f6c1e2b3a", "username": "u", "claims": {}, "groups": null})
    }

    fn function() -> Value {
        json!({"userArn": "arn:aws:sts::000000000000:assumed-role/publish-changes/publish-changes",
               "accountId": "000000000000", "cognitoIdentityId": null})
    }

    fn guest() -> Value {
        json!({"userArn": "arn:aws:sts::000000000000:assumed-role/guest/CognitoIdentityCredentials",
               "cognitoIdentityId": "us-east-1:1", "cognitoIdentityAuthType": "unauthenticated"})
    }

    fn ask<C: Caller>(identity: Value) -> Result<C, ErrorKind> {
        C::from_identity(serde_json::from_value(identity).unwrap()).map_err(|error| error.kind())
    }

    #[test]
    fn each_kind_takes_its_own_and_refuses_the_others() {
        use ErrorKind::{Forbidden, Unauthenticated};
        assert!(ask::<SignedIn>(user()).is_ok());
        assert_eq!(ask::<SignedIn>(function()), Err(Forbidden));
        assert_eq!(ask::<SignedIn>(guest()), Err(Unauthenticated));
        assert_eq!(ask::<SignedIn>(Value::Null), Err(Unauthenticated));

        assert_eq!(ask::<Publisher>(function()), Ok(Publisher { role: "publish-changes".to_owned() }));
        assert_eq!(ask::<Publisher>(user()), Err(Forbidden));
        assert_eq!(ask::<Publisher>(guest()), Err(Forbidden));
        assert_eq!(ask::<Publisher>(Value::Null), Err(Forbidden));

        assert!(matches!(ask::<Viewer>(user()), Ok(Viewer::User(_))));
        assert_eq!(ask::<Viewer>(function()), Ok(Viewer::System));
        assert_eq!(ask::<Viewer>(guest()), Err(Unauthenticated));
        assert_eq!(ask::<Viewer>(Value::Null), Err(Unauthenticated));

        assert_eq!(ask::<Anyone>(Value::Null), Ok(Anyone));
    }

    #[test]
    fn who_has_not_accepted_the_terms_is_a_newcomer_only() {
        let mut newcomer = user();
        newcomer["claims"] = json!({"terms": "pending"});
        assert_eq!(ask::<SignedIn>(newcomer.clone()), Err(ErrorKind::Forbidden));
        assert_eq!(ask::<Viewer>(newcomer.clone()), Err(ErrorKind::Forbidden));
        assert!(ask::<Newcomer>(newcomer).is_ok());
        assert!(ask::<Newcomer>(user()).is_ok());
        assert_eq!(ask::<Newcomer>(guest()), Err(ErrorKind::Unauthenticated));
        assert_eq!(ask::<Newcomer>(function()), Err(ErrorKind::Forbidden));
        assert_eq!(ask::<Newcomer>(Value::Null), Err(ErrorKind::Unauthenticated));
    }

    #[test]
    fn a_user_of_aws_who_is_no_function_is_refused() {
        let developer = json!({"userArn": "arn:aws:iam::000000000000:user/dev", "cognitoIdentityId": null});
        assert_eq!(ask::<Publisher>(developer), Err(ErrorKind::Forbidden));
    }

    #[test]
    fn a_sub_that_is_no_user_id_is_nobody() {
        let odd = json!({"sub": "root", "username": "u", "claims": {}});
        assert_eq!(ask::<SignedIn>(odd), Err(ErrorKind::Unauthenticated));
    }
}
