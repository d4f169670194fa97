//! The seed people: somebody to talk to from the first minute.

use std::fmt;

use local_aws::mail::Outbox;
use local_cognito::Cognito;
use serde_json::{Value, json};

/// Their names; addresses are `NAME@example.com`.
pub const NAMES: [&str; 4] = ["alice", "bob", "carol", "dan"];

/// The password of each. It protects nothing: the port is not reachable from elsewhere.
pub const PASSWORD: &str = "Local-Chat-4000";

/// Why somebody could not be signed up.
#[derive(Debug, thiserror::Error)]
#[error("{name} could not be signed up: {reason}")]
pub struct SeedError {
    name: String,
    reason: String,
}

/// Somebody's address.
pub fn address(name: &str) -> impl fmt::Display {
    format!("{name}@example.com")
}

/// How the people sign in.
pub fn introduction() -> String {
    let addresses: Vec<_> = NAMES.iter().map(|name| address(name).to_string()).collect();
    format!("  People         {}\n  Password       {PASSWORD}", addresses.join(", "))
}

/// Signs the people up who are not there, as a client would: with the triggers, and with the code from the mail.
pub async fn seed(cognito: &Cognito, outbox: &Outbox, client_id: &str, terms: &str) -> Result<(), SeedError> {
    for name in NAMES {
        let failed = |reason: String| SeedError { name: name.to_owned(), reason };
        let address = address(name).to_string();
        let attributes = json!([
            {"Name": "email", "Value": address},
            {"Name": "name", "Value": capitalised(name)},
            {"Name": "custom:termsVersion", "Value": terms},
        ]);
        let request = json!({"ClientId": client_id, "Username": address, "Password": PASSWORD, "UserAttributes": attributes});
        match call(cognito, "SignUp", &request).await {
            Ok(()) => {}
            Err(error) if error["__type"] == "UsernameExistsException" => {
                // An earlier start may have ended before they were confirmed; its mail is gone, so they get another.
                let again = json!({"ClientId": client_id, "Username": address});
                match call(cognito, "ResendConfirmationCode", &again).await {
                    Ok(()) => {}
                    Err(error) if error["__type"] == "InvalidParameterException" => continue,
                    Err(error) => return Err(failed(error.to_string())),
                }
            }
            Err(error) => return Err(failed(error.to_string())),
        }
        let code = code(outbox, &address).ok_or_else(|| failed("no code was sent".to_owned()))?;
        let request = json!({"ClientId": client_id, "Username": address, "ConfirmationCode": code});
        call(cognito, "ConfirmSignUp", &request).await.map_err(|error| failed(error.to_string()))?;
    }
    Ok(())
}

async fn call(cognito: &Cognito, operation: &str, request: &Value) -> Result<(), Value> {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let response = cognito.handle(&target, request.to_string().as_bytes(), None).await;
    if response.status == 200 { Ok(()) } else { Err(response.json) }
}

fn code(outbox: &Outbox, address: &str) -> Option<String> {
    let mails = outbox.list();
    mails.into_iter().rev().find(|mail| mail.to.iter().any(|to| to == address))?.code
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}
