//! What the pools need from outside.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use local_core::clock::Clock;
use local_core::invoke::Invoker;
use local_core::principal::Principal;
use local_core::verify::Signatures;
use serde::Serialize;

/// The other parts of the local cloud, as the pools use them.
#[derive(Clone)]
pub struct Parts {
    /// Runs the triggers.
    pub invoker: Arc<dyn Invoker>,
    /// Takes the mails.
    pub mailer: Arc<dyn Mailer>,
    /// Makes credentials for identities.
    pub issuer: Arc<dyn CredentialIssuer>,
    /// Says what functions may do with the pool, such as `cognito-idp:AdminGetUser`.
    pub signatures: Arc<dyn Signatures>,
    /// The time.
    pub clock: Clock,
}

/// Where the pools keep their data.
#[derive(Debug, Clone)]
pub enum Location {
    /// Gone with the process.
    Memory,
    /// The file `cognito.sqlite` in this directory. What was acknowledged survives a kill of the process.
    Directory(PathBuf),
}

/// Takes the mails that Cognito would send.
pub trait Mailer: Send + Sync {
    /// Delivers one mail. It must not block.
    fn deliver(&self, mail: Mail);
}

/// A mail with a code or a temporary password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text, with the code in it.
    pub body: String,
    /// The code or the temporary password alone, so that nobody has to search the text for it.
    pub code: String,
    /// Why it is sent.
    pub kind: MailKind,
}

/// Why a mail is sent; the names are those of the `CustomMessage` trigger sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum MailKind {
    /// A person signed up.
    SignUp,
    /// A person asked for the sign-up code again.
    ResendCode,
    /// A person forgot the password.
    ForgotPassword,
    /// An administrator made an account.
    AdminCreateUser,
    /// A person changed the address.
    UpdateUserAttribute,
    /// A person asked for a code for an unverified address.
    VerifyUserAttribute,
}

/// Makes temporary credentials.
pub trait CredentialIssuer: Send + Sync {
    /// Credentials under which requests are this principal's.
    fn issue(&self, principal: Principal, lifetime: Duration) -> Credentials;
}

/// Temporary credentials.
#[derive(Clone)]
pub struct Credentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret key.
    pub secret_key: String,
    /// The session token.
    pub session_token: String,
    /// When they end.
    pub expiration: Timestamp,
}
