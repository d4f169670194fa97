//! How a field names its crate, its module and its resources.

use std::str::FromStr;

/// A field of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// Such as `Mutation` or `Message`.
    pub(crate) type_name: String,
    /// Such as `addContact`.
    pub(crate) field_name: String,
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_name = |name: &str| {
            name.chars().next().is_some_and(char::is_alphabetic) && name.chars().all(char::is_alphanumeric)
        };
        match text.split_once('.') {
            Some((type_name, field_name)) if is_name(type_name) && is_name(field_name) => {
                Ok(Field { type_name: type_name.to_owned(), field_name: field_name.to_owned() })
            }
            _ => Err("write Type.field, such as Mutation.addContact".to_owned()),
        }
    }
}

impl Field {
    /// The crate: `add-contact` for `Mutation.addContact`, `message-sender` for `Message.sender`.
    pub(crate) fn crate_name(&self) -> String {
        if self.is_nested() {
            format!("{}-{}", kebab(&self.type_name), kebab(&self.field_name))
        } else {
            kebab(&self.field_name)
        }
    }

    /// The resources in the template: `AddContact`, `MessageSender`.
    pub(crate) fn logical_id(&self) -> String {
        let pascal = |part: &str| {
            let mut letters = part.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
                .unwrap_or_default()
        };
        self.crate_name().split('-').map(pascal).collect()
    }

    /// Whether it is a field of something that another field gives.
    pub(crate) fn is_nested(&self) -> bool {
        !matches!(self.type_name.as_str(), "Query" | "Mutation" | "Subscription")
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.type_name, self.field_name)
    }
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_field() {
        let check = |text: &str, crate_name: &str, logical_id: &str| {
            let field: Field = text.parse().unwrap();
            assert_eq!((field.crate_name().as_str(), field.logical_id().as_str()), (crate_name, logical_id));
        };
        check("Mutation.addContact", "add-contact", "AddContact");
        check("Message.replyTo", "message-reply-to", "MessageReplyTo");
        check("BlockedUser.user", "blocked-user-user", "BlockedUserUser");
    }

    #[test]
    fn a_field_without_a_type_is_refused() {
        for text in ["addContact", "Mutation.", ".addContact", "Mutation.add contact"] {
            assert!(text.parse::<Field>().is_err(), "{text}");
        }
    }
}
