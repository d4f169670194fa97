//! Mails, and `CustomMessage`, which may word them.

use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::parts::{Mail, MailKind};
use crate::request::Metadata;
use crate::response::Failure;
use crate::triggers::Firing;
use crate::triggers::sign_up::add_metadata;
use crate::user::User;

/// What stands for the code in a text.
const CODE: &str = "{####}";
/// What stands for the user name in the mail of an account that an administrator made.
const USERNAME: &str = "{username}";

/// A mail to be written.
pub(crate) struct Letter<'a> {
    pub(crate) kind: MailKind,
    pub(crate) client_id: &'a str,
    pub(crate) user: &'a User,
    /// The address; not always the person's present one.
    pub(crate) to: &'a str,
    /// A code, or a temporary password.
    pub(crate) code: &'a str,
    pub(crate) metadata: &'a Metadata,
}

impl MailKind {
    fn source(self) -> &'static str {
        match self {
            MailKind::SignUp => "CustomMessage_SignUp",
            MailKind::ResendCode => "CustomMessage_ResendCode",
            MailKind::ForgotPassword => "CustomMessage_ForgotPassword",
            MailKind::AdminCreateUser => "CustomMessage_AdminCreateUser",
            MailKind::UpdateUserAttribute => "CustomMessage_UpdateUserAttribute",
            MailKind::VerifyUserAttribute => "CustomMessage_VerifyUserAttribute",
        }
    }

    fn standard(self) -> (&'static str, &'static str) {
        match self {
            MailKind::AdminCreateUser => {
                ("Your temporary password", "Your username is {username} and temporary password is {####}.")
            }
            MailKind::SignUp | MailKind::ResendCode => {
                ("Your verification code", "Your confirmation code is {####}")
            }
            MailKind::ForgotPassword => ("Your verification code", "Your password reset code is {####}"),
            MailKind::UpdateUserAttribute | MailKind::VerifyUserAttribute => {
                ("Your verification code", "Your verification code is {####}")
            }
        }
    }
}

impl Pools {
    /// Words the mail and hands it to the mailer.
    pub(crate) async fn send(&self, letter: Letter<'_>) -> Result<(), Failure> {
        let (subject, body) = self.wording(&letter).await?;
        let username = letter.user.email();
        let fill = |text: String| text.replace(CODE, letter.code).replace(USERNAME, username);
        self.parts.mailer.deliver(Mail {
            to: letter.to.to_owned(),
            subject: fill(subject),
            body: fill(body),
            code: letter.code.to_owned(),
            kind: letter.kind,
        });
        Ok(())
    }

    async fn wording(&self, letter: &Letter<'_>) -> Result<(String, String), Failure> {
        let (subject, body) = letter.kind.standard();
        let standard = (subject.to_owned(), body.to_owned());
        let Some(function) = &self.config.pool.triggers.custom_message else { return Ok(standard) };
        let username = (letter.kind == MailKind::AdminCreateUser).then_some(USERNAME);
        let mut request = json!({
            "userAttributes": letter.user.event_attributes(),
            "codeParameter": CODE,
            "linkParameter": "{##Click Here##}",
            "usernameParameter": username,
        });
        add_metadata(&mut request, letter.metadata);
        let firing = Firing {
            trigger: "CustomMessage",
            source: letter.kind.source(),
            version: "1",
            user_name: letter.user.name(),
            client_id: letter.client_id,
            request,
            response: json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null }),
        };
        let response = self.fire(function, firing).await?;
        let words = |name: &str| response[name].as_str().map(str::to_owned);
        let (subject, body) = (words("emailSubject"), words("emailMessage"));
        check(&body, username)?;
        Ok((subject.unwrap_or(standard.0), body.unwrap_or(standard.1)))
    }
}

/// A mail that does not tell the code would leave its reader helpless.
fn check(body: &Option<String>, username: Option<&str>) -> Result<(), Failure> {
    let Some(body) = body else { return Ok(()) };
    let complete = body.contains(CODE) && username.is_none_or(|username| body.contains(username));
    if complete {
        return Ok(());
    }
    let words = "CustomMessage answered an emailMessage without codeParameter or usernameParameter";
    Err(Failure::new("InvalidLambdaResponseException", words))
}

/// `CodeDeliveryDetails`, with an address that its owner recognises and nobody else learns.
pub(crate) fn delivery_details(email: &str) -> Value {
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
    let destination = format!("{}***@{}***", first(name), first(host));
    json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": destination })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_masked() {
        assert_eq!(delivery_details("alice@example.com")["Destination"], "a***@e***");
        assert_eq!(delivery_details("nonsense")["Destination"], "n***@***");
    }
}
