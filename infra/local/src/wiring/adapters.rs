//! One part's need met by another part, which does not know it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use local_aws::credentials::CredentialStore;
use local_aws::http::Authorizer;
use local_aws::mail::{Draft, Outbox};
use local_aws::policy::{Policies, RequestContext};
use local_cognito::{CredentialIssuer, Credentials, Mail, MailKind, Mailer};
use local_core::principal::Principal;

/// The services ask the policies of the template.
pub(crate) struct ByPolicy {
    policies: Arc<Policies>,
}

impl ByPolicy {
    /// By these policies.
    pub(crate) fn new(policies: Arc<Policies>) -> Self {
        ByPolicy { policies }
    }
}

impl Authorizer for ByPolicy {
    fn allows(&self, caller: &Principal, action: &str, resource: &str, leading_keys: &[String]) -> bool {
        self.policies.allows(caller, action, resource, &RequestContext { leading_keys })
    }
}

/// Credentials for people come from the store that verifies them.
pub(crate) struct FromStore {
    store: Arc<CredentialStore>,
}

impl FromStore {
    /// From this store.
    pub(crate) fn new(store: Arc<CredentialStore>) -> Self {
        FromStore { store }
    }
}

impl CredentialIssuer for FromStore {
    fn issue(&self, principal: Principal, lifetime: Duration) -> Credentials {
        let issued = self.store.issue(principal, lifetime);
        Credentials {
            access_key_id: issued.access_key_id,
            secret_key: issued.secret_key,
            session_token: issued.session_token.unwrap_or_default(),
            expiration: issued.expiration.unwrap_or(Timestamp::MAX),
        }
    }
}

/// Cognito's mails go to the outbox of SES.
pub(crate) struct CodesByMail {
    outbox: Outbox,
}

impl CodesByMail {
    /// Mails into this outbox.
    pub(crate) fn new(outbox: Outbox) -> Self {
        CodesByMail { outbox }
    }
}

impl Mailer for CodesByMail {
    fn deliver(&self, mail: Mail) {
        self.outbox.deliver(Draft {
            kind: kind(mail.kind).to_owned(),
            from: "no-reply@verificationemail.com".to_owned(),
            to: vec![mail.to],
            subject: mail.subject,
            text: None,
            html: Some(mail.body),
            code: Some(mail.code),
        });
    }
}

fn kind(kind: MailKind) -> &'static str {
    match kind {
        MailKind::SignUp => "SignUp",
        MailKind::ResendCode => "ResendCode",
        MailKind::ForgotPassword => "ForgotPassword",
        MailKind::AdminCreateUser => "AdminCreateUser",
        MailKind::UpdateUserAttribute => "UpdateUserAttribute",
        MailKind::VerifyUserAttribute => "VerifyUserAttribute",
    }
}
