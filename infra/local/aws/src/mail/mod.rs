//! SES: mail kept where people and tests can see it. Nothing leaves the machine.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use local_core::clock::Clock;
use local_core::principal::Principal;
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::{ACCOUNT, Authorizer, REGION, Response, denial, uuid};

/// How many mails are kept.
const KEPT: usize = 1_000;

/// SES's own bound on the recipients of a mail.
const MOST_RECIPIENTS: usize = 50;

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// The message id.
    pub id: String,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// What it is for, such as `SignUp`; `Email` for what came through SES.
    pub kind: String,
    /// The sender.
    pub from: String,
    /// All recipients, copies included.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: Option<String>,
    /// The HTML.
    pub html: Option<String>,
    /// The code in it, if it was sent to carry one.
    pub code: Option<String>,
}

/// The last thousand mails, newest last. Cheap to clone; clones share the mails.
#[derive(Clone, Default)]
pub struct Outbox {
    clock: Clock,
    mails: Arc<Mutex<VecDeque<Mail>>>,
}

/// A mail to be put into the outbox.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// What it is for, such as `SignUp`.
    pub kind: String,
    /// The sender.
    pub from: String,
    /// All recipients.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: Option<String>,
    /// The HTML.
    pub html: Option<String>,
    /// The code that it carries.
    pub code: Option<String>,
}

impl Outbox {
    /// An empty outbox.
    pub fn new(clock: Clock) -> Self {
        Outbox { clock, mails: Arc::default() }
    }

    /// Keeps a mail and gives it an id and a time.
    pub fn deliver(&self, draft: Draft) -> Mail {
        let Draft { kind, from, to, subject, text, html, code } = draft;
        let mail = Mail { id: uuid(), sent_at: self.clock.now(), kind, from, to, subject, text, html, code };
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        if mails.len() == KEPT {
            mails.pop_front();
        }
        mails.push_back(mail.clone());
        mail
    }

    /// The mails, oldest first.
    pub fn list(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Forgets the mails.
    pub fn clear(&self) {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// SES, version 2 of its API: `SendEmail` with simple or raw content.
#[derive(Clone)]
pub struct Ses {
    outbox: Outbox,
    authorizer: Arc<dyn Authorizer>,
}

impl Ses {
    /// The path of `SendEmail`; the method is `POST`.
    pub const PATH: &str = "/v2/email/outbound-emails";

    /// SES before an outbox.
    pub fn new(outbox: Outbox, authorizer: Arc<dyn Authorizer>) -> Self {
        Ses { outbox, authorizer }
    }

    /// Answers one request whose signature was verified.
    pub fn handle_http(&self, method: &str, path: &str, caller: &Principal, body: &[u8]) -> Response {
        if method != "POST" || path != Ses::PATH {
            let what = format!("{method} {path} is not supported by the local cloud; only SendEmail is");
            return refusal(404, "NotFoundException", &what);
        }
        let Ok(request) = serde_json::from_slice::<Value>(body) else {
            return refusal(400, "BadRequestException", "the body is not JSON");
        };
        match self.send(caller, &request) {
            Ok(mail) => Response::rest_json(200, &json!({ "MessageId": mail.id })),
            Err(response) => response,
        }
    }

    fn send(&self, caller: &Principal, request: &Value) -> Result<Mail, Response> {
        let bad = |message: &str| refusal(400, "BadRequestException", message);
        let from = request["FromEmailAddress"].as_str().filter(|from| from.contains('@'));
        let from = from.ok_or_else(|| bad("Missing or invalid FromEmailAddress"))?.to_owned();
        self.check(caller, &from)?;
        let to = recipients(&request["Destination"]);
        if to.is_empty() {
            return Err(bad("Missing destination"));
        }
        if to.len() > MOST_RECIPIENTS {
            return Err(bad("Recipient count exceeds 50"));
        }
        let (subject, text, html) = content(&request["Content"]).map_err(|message| bad(&message))?;
        Ok(self.outbox.deliver(Draft { kind: "Email".to_owned(), from, to, subject, text, html, code: None }))
    }

    fn check(&self, caller: &Principal, from: &str) -> Result<(), Response> {
        let address = from.rsplit('<').next().unwrap_or(from).trim_end_matches('>');
        let domain = address.rsplit('@').next().unwrap_or(address);
        // AWS checks the identity that was verified: the address or its domain.
        let identities =
            [address, domain].map(|identity| format!("arn:aws:ses:{REGION}:{ACCOUNT}:identity/{identity}"));
        if identities.iter().any(|arn| self.authorizer.allows(caller, "ses:SendEmail", arn, &[])) {
            return Ok(());
        }
        Err(refusal(403, "AccessDeniedException", &denial(caller, "ses:SendEmail", &identities[1])))
    }
}

fn recipients(destination: &Value) -> Vec<String> {
    let lists = ["ToAddresses", "CcAddresses", "BccAddresses"]
        .into_iter()
        .filter_map(|list| destination[list].as_array());
    lists.flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Subject, text and HTML.
type Content = (String, Option<String>, Option<String>);

fn content(content: &Value) -> Result<Content, String> {
    let text = |value: &Value| value["Data"].as_str().map(str::to_owned);
    let simple = &content["Simple"];
    if simple.is_object() {
        let subject = text(&simple["Subject"]).ok_or("Missing subject")?;
        let (plain, html) = (text(&simple["Body"]["Text"]), text(&simple["Body"]["Html"]));
        if plain.is_none() && html.is_none() {
            return Err("Missing body".to_owned());
        }
        return Ok((subject, plain, html));
    }
    let Some(raw) = content["Raw"]["Data"].as_str() else {
        return Err("only simple and raw content are supported by the local cloud".to_owned());
    };
    let raw = STANDARD.decode(raw).map_err(|_| "raw content is not base64")?;
    let raw = String::from_utf8_lossy(&raw).into_owned();
    let head = raw.split("\r\n\r\n").next().unwrap_or_default();
    let subject = head.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().to_owned();
    Ok((subject, Some(raw), None))
}

fn refusal(status: u16, error_type: &str, message: &str) -> Response {
    Response::rest_json(status, &json!({ "__type": error_type, "message": message }))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Domain(&'static str);

    impl Authorizer for Domain {
        fn allows(&self, _: &Principal, action: &str, resource: &str, _: &[String]) -> bool {
            action == "ses:SendEmail" && resource.ends_with(self.0)
        }
    }

    fn send(outbox: &Outbox, request: &Value) -> Response {
        let ses = Ses::new(outbox.clone(), Arc::new(Domain("identity/smartchat.example")));
        ses.handle_http("POST", Ses::PATH, &Principal::Developer, request.to_string().as_bytes())
    }

    fn request() -> Value {
        json!({
            "FromEmailAddress": "SmartChat <hello@smartchat.example>",
            "Destination": { "ToAddresses": ["ann@example.com"], "CcAddresses": ["ben@example.com"] },
            "Content": { "Simple": {
                "Subject": { "Data": "Welcome" },
                "Body": { "Text": { "Data": "Hello" }, "Html": { "Data": "<p>Hello" } },
            } },
        })
    }

    #[test]
    fn a_mail_is_kept_and_has_an_id() {
        let outbox = Outbox::default();
        let answer = send(&outbox, &request());
        let mail = outbox.list().remove(0);
        assert_eq!((answer.status, answer.json()["MessageId"].as_str()), (200, Some(mail.id.as_str())));
        assert_eq!(mail.to, ["ann@example.com", "ben@example.com"]);
        assert_eq!((mail.subject.as_str(), mail.text.as_deref()), ("Welcome", Some("Hello")));
    }

    #[test]
    fn what_ses_would_refuse_is_refused_and_not_kept() {
        let outbox = Outbox::default();
        for (pointer, value, expected) in [
            ("/FromEmailAddress", json!("nobody"), "BadRequestException"),
            ("/FromEmailAddress", json!("a@elsewhere.example"), "AccessDeniedException"),
            ("/Destination", json!({}), "BadRequestException"),
            ("/Destination/ToAddresses", json!(vec!["a@b.c"; 51]), "BadRequestException"),
            ("/Content", json!({ "Template": {} }), "BadRequestException"),
            ("/Content/Simple/Body", json!({}), "BadRequestException"),
        ] {
            let mut request = request();
            *request.pointer_mut(pointer).unwrap() = value;
            assert_eq!(send(&outbox, &request).error_type().as_deref(), Some(expected), "{pointer}");
        }
        assert!(outbox.list().is_empty());
    }

    #[test]
    fn the_outbox_forgets_the_oldest() {
        let outbox = Outbox::default();
        for n in 0..=KEPT {
            outbox.deliver(Draft { subject: n.to_string(), ..Draft::default() });
        }
        let mails = outbox.list();
        assert_eq!((mails.len(), mails[0].subject.as_str()), (KEPT, "1"));
    }
}
