//! What a password must look like.

use crate::config::PasswordPolicy;
use crate::random;
use crate::response::Failure;

/// The symbols that Cognito counts; a space counts too unless it leads or trails.
const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+=";
const LONGEST: usize = 256;

impl PasswordPolicy {
    /// Refuses what the policy forbids, with the first reason.
    pub(crate) fn check(&self, password: &str) -> Result<(), Failure> {
        if password != password.trim() || password.chars().count() > LONGEST {
            return Err(Failure::invalid_parameter(
                "1 validation error detected: Value at 'password' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
            ));
        }
        let has = |wanted: fn(char) -> bool| password.chars().any(wanted);
        let reason = if password.chars().count() < self.minimum_length {
            "Password not long enough"
        } else if self.require_lowercase && !has(|letter| letter.is_ascii_lowercase()) {
            "Password must have lowercase characters"
        } else if self.require_uppercase && !has(|letter| letter.is_ascii_uppercase()) {
            "Password must have uppercase characters"
        } else if self.require_numbers && !has(|letter| letter.is_ascii_digit()) {
            "Password must have numeric characters"
        } else if self.require_symbols && !has(|letter| letter == ' ' || SYMBOLS.contains(letter)) {
            "Password must have symbol characters"
        } else {
            return Ok(());
        };
        Err(Failure::new(
            "InvalidPasswordException",
            format!("Password did not conform with policy: {reason}"),
        ))
    }

    /// A temporary password that satisfies the policy, for accounts that an administrator makes.
    pub(crate) fn generate(&self) -> Result<String, Failure> {
        const ALPHABETS: [&[u8]; 4] =
            [b"abcdefghijkmnpqrstuvwxyz", b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"23456789", b"!@#%&*-+="];
        let length = self.minimum_length.max(12);
        let mut password = String::with_capacity(length);
        // The alphabets take turns, so that each kind of character is there.
        for place in 0..length {
            let alphabet = ALPHABETS[place % ALPHABETS.len()];
            let pick = usize::from(u16::from_be_bytes(random::bytes()?)) % alphabet.len();
            password.push(char::from(alphabet[pick]));
        }
        Ok(password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_its_words() {
        let policy = PasswordPolicy::default();
        for (password, reason) in [
            ("Ab1!", "not long enough"),
            ("ABCDEFG1!", "lowercase"),
            ("abcdefg1!", "uppercase"),
            ("Abcdefgh!", "numeric"),
            ("Abcdefgh1", "symbol"),
        ] {
            let failure = policy.check(password).unwrap_err();
            assert_eq!(failure.code, "InvalidPasswordException", "{password}");
            assert!(failure.message.contains(reason), "{failure}");
        }
        assert_eq!(policy.check(" Abcdefg1! ").unwrap_err().code, "InvalidParameterException");
        assert_eq!(policy.check(&"Ab1!".repeat(65)).unwrap_err().code, "InvalidParameterException");
        policy.check("Abcdefg1!").unwrap();
        policy.check("Abc defg1").unwrap();
    }

    #[test]
    fn a_generated_password_satisfies_the_policy() {
        let policy = PasswordPolicy { minimum_length: 20, ..PasswordPolicy::default() };
        policy.check(&policy.generate().unwrap()).unwrap();
    }
}
