//! `CustomMessage`: writes the mails with codes, in the person's language. Cognito calls it and sends the mail.

mod letter;

use aws_lambda_events::event::cognito::CognitoEventUserPoolsCustomMessage as Event;
use domain::Error;
use domain::account::Locale;
use lambda::{Context, Function, trigger};

use letter::{Language, Letter};

/// Writes the mail into the event.
pub async fn handle(_: &Context, mut event: Event) -> Result<Event, Error> {
    let language = Language::of(locale(&event).as_ref());
    let request = &event.request;
    let Some(code) = request.code_parameter.as_deref() else { return Ok(event) };
    let source = event.cognito_event_user_pools_header.trigger_source.as_ref();
    let letter = Letter::new(source, language, code, request.username_parameter.as_deref());
    event.response.email_subject = Some(letter.subject.to_owned());
    event.response.email_message = Some(letter.html());
    event.response.sms_message = Some(letter.line());
    Ok(event)
}

fn locale(event: &Event) -> Option<Locale> {
    event.request.user_attributes.get("locale")?.as_str().and_then(|tag| Locale::parse(tag).ok())
}

/// The function.
pub fn function() -> Function {
    trigger(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(source: &str, locale: &str) -> Event {
        serde_json::from_value(json!({
            "version": "1", "triggerSource": source, "region": "us-east-1", "userPoolId": "us-east-1_1",
            "userName": "u", "callerContext": {"awsSdkVersion": "x", "clientId": "c"},
            "request": {"userAttributes": {"locale": locale}, "codeParameter": "{####}",
                        "usernameParameter": "{username}", "clientMetadata": null},
            "response": {"smsMessage": null, "emailMessage": null, "emailSubject": null}
        }))
        .unwrap()
    }

    fn written(source: &str, locale: &str) -> Value {
        let mut event = event(source, locale);
        let language = Language::of(super::locale(&event).as_ref());
        let header = event.cognito_event_user_pools_header.trigger_source.as_ref();
        let letter = Letter::new(header, language, "{####}", Some("{username}"));
        event.response.email_subject = Some(letter.subject.to_owned());
        event.response.email_message = Some(letter.html());
        serde_json::to_value(event).unwrap()
    }

    #[test]
    fn every_mail_holds_the_code_and_the_invitation_the_name_too() {
        for kind in ["SignUp", "ResendCode", "ForgotPassword", "UpdateUserAttribute", "VerifyUserAttribute"] {
            let event = written(&format!("CustomMessage_{kind}"), "en-GB");
            assert!(event["response"]["emailMessage"].as_str().unwrap().contains("{####}"), "{kind}");
        }
        let invitation = written("CustomMessage_AdminCreateUser", "en");
        let text = invitation["response"]["emailMessage"].as_str().unwrap().to_owned();
        assert!(text.contains("{####}") && text.contains("{username}"));
    }

    #[test]
    fn the_mail_is_in_the_persons_language() {
        let subject = |locale| written("CustomMessage_SignUp", locale)["response"]["emailSubject"].clone();
        assert_eq!(subject("vi-VN"), "Mã xác nhận SmartChat của bạn");
        assert_eq!(subject("en"), "Your SmartChat confirmation code");
        assert_eq!(subject("fr"), subject("en"));
    }
}
