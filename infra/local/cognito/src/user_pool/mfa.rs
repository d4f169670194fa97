//! The software token: `AssociateSoftwareToken`, `VerifySoftwareToken` and `SetUserMFAPreference`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::config::Mfa;
use crate::random;
use crate::response::Failure;
use crate::sessions::Challenge;
use crate::totp::{SoftwareToken, Verdict};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssociateSoftwareToken {
    access_token: Option<String>,
    session: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifySoftwareToken {
    access_token: Option<String>,
    session: Option<String>,
    user_code: String,
}

#[derive(Deserialize)]
pub(crate) struct SetUserMfaPreference {
    #[serde(rename = "AccessToken")]
    access_token: String,
    #[serde(rename = "SoftwareTokenMfaSettings", default)]
    software_token: Option<Preference>,
    #[serde(rename = "SMSMfaSettings", default)]
    sms: Option<Preference>,
    #[serde(rename = "EmailMfaSettings", default)]
    email: Option<Preference>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Preference {
    enabled: bool,
    preferred_mfa: bool,
}

impl Pools {
    /// A fresh secret, for a person who is signed in or about to be.
    pub(crate) fn associate_software_token(&self, request: AssociateSoftwareToken) -> Result<Value, Failure> {
        if self.config.pool.mfa == Mfa::Off {
            let words = "Software Token MFA has not been enabled by the userPool";
            return Err(Failure::new("SoftwareTokenMFANotFoundException", words));
        }
        let token = SoftwareToken::generate()?;
        let secret = token.secret.clone();
        if let Some(access_token) = request.access_token {
            let (user, _) = self.person(&access_token)?;
            self.change(&user.sub, |user| {
                user.pending_totp = Some(token);
                Ok(())
            })?;
            return Ok(json!({ "SecretCode": secret }));
        }
        let key = request.session.ok_or_else(|| Failure::missing_member("AccessToken"))?;
        let next = self
            .renew_set_up(&key, |sub, _| Ok(Challenge::SetUp { sub, token: Some(token), verified: false }))?;
        Ok(json!({ "SecretCode": secret, "Session": next }))
    }

    /// Takes the secret into use if the person's app shows the right code.
    pub(crate) fn verify_software_token(&self, request: VerifySoftwareToken) -> Result<Value, Failure> {
        let now = self.now();
        if let Some(access_token) = request.access_token {
            let (user, _) = self.person(&access_token)?;
            let tries = self.claim_password_try(&format!("totp:{}", user.sub))?;
            self.change(&user.sub, |user| {
                let token = user.pending_totp.clone();
                user.totp = Some(prove(token, &request.user_code, now)?);
                user.pending_totp = None;
                Ok(())
            })?;
            self.forget_tries(&tries)?;
            return Ok(json!({ "Status": "SUCCESS" }));
        }
        let key = request.session.ok_or_else(|| Failure::missing_member("AccessToken"))?;
        let next = self.renew_set_up(&key, |sub, token| {
            let tries = self.claim_password_try(&format!("totp:{sub}"))?;
            let token = prove(token, &request.user_code, now)?;
            self.change(&sub, |user| {
                user.totp = Some(token);
                user.mfa_enabled = true;
                user.mfa_preferred = true;
                Ok(())
            })?;
            self.forget_tries(&tries)?;
            Ok(Challenge::SetUp { sub, token: None, verified: true })
        })?;
        Ok(json!({ "Status": "SUCCESS", "Session": next }))
    }

    /// One session of `MFA_SETUP` gives way to the next.
    fn renew_set_up(
        &self,
        key: &str,
        step: impl FnOnce(String, Option<SoftwareToken>) -> Result<Challenge, Failure>,
    ) -> Result<String, Failure> {
        let session = self.sessions.of_any_client(key, self.now())?;
        let Challenge::SetUp { sub, token, .. } = session.challenge else {
            return Err(Failure::invalid_session());
        };
        let challenge = step(sub, token)?;
        self.end_session(key)?;
        let next = random::token::<128>()?;
        let client = self.client(&session.client_id)?;
        self.sessions.put(next.clone(), self.session(client, challenge), self.now());
        Ok(next)
    }

    pub(crate) fn set_user_mfa_preference(&self, request: SetUserMfaPreference) -> Result<Value, Failure> {
        let (user, _) = self.person(&request.access_token)?;
        for (name, preference) in [("SMS_MFA", &request.sms), ("EMAIL_OTP", &request.email)] {
            if preference.as_ref().is_some_and(|preference| preference.enabled) {
                let words = format!("User does not have delivery config set to turn on {name}");
                return Err(Failure::invalid_parameter(words));
            }
        }
        let Some(preference) = request.software_token else { return Ok(json!({})) };
        self.change(&user.sub, |user| {
            if preference.enabled && user.totp.is_none() {
                return Err(Failure::invalid_parameter("User has not verified software token mfa"));
            }
            user.mfa_enabled = preference.enabled;
            user.mfa_preferred = preference.enabled && preference.preferred_mfa;
            Ok(())
        })?;
        Ok(json!({}))
    }
}

fn prove(token: Option<SoftwareToken>, code: &str, now: i64) -> Result<SoftwareToken, Failure> {
    let mut token = token.ok_or_else(|| {
        Failure::new("SoftwareTokenMFANotFoundException", "No software token is being set up")
    })?;
    match token.check(code, now) {
        Verdict::Accepted => Ok(token),
        Verdict::Wrong | Verdict::Replayed => {
            Err(Failure::new("EnableSoftwareTokenMFAException", "Code mismatch"))
        }
    }
}
