//! Mail addresses that change.

use domain::Error;
use domain::account::{MailAddress, Profile};

use crate::keys;
use crate::store::{IntoPart, Store};

use aws_sdk_dynamodb::types::AttributeValue;

impl Store {
    /// Lets a person be found by another proven address, and no longer by the old one.
    ///
    /// A transaction of at most 3 rows, two units each, on the condition that the profile is as it was read; if it
    /// is not, nothing is written, and the next sign-in tries again. The same address writes nothing.
    pub async fn mail_change(&self, profile: &Profile, mail: &MailAddress) -> Result<(), Error> {
        let digest = keys::email_digest(mail.as_str());
        if profile.mail.as_deref() == Some(digest.as_str()) {
            return Ok(());
        }
        let after = Profile { mail: Some(digest.clone()), ..profile.clone() };
        let mut parts =
            vec![self.profile_part(profile, &after)?.part()?, self.mail_part(&digest, &profile.user_id)?];
        if let Some(old) = &profile.mail {
            let delete = self.delete_part(&keys::email_of_digest(old));
            // Somebody else may have proved meanwhile that the old address is theirs.
            let delete = delete.condition_expression("attribute_not_exists(#user) OR #user = :me");
            let delete = delete.expression_attribute_names("#user", "userId");
            let me = AttributeValue::S(profile.user_id.to_string());
            parts.push(delete.expression_attribute_values(":me", me).part()?);
        }
        match self.transact(parts).await {
            Err(failure) if failure.condition(0).is_some() || failure.is_passing() => Ok(()),
            outcome => outcome.map_err(Error::from),
        }
    }
}
