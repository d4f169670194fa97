//! Statements of a policy document.

use serde::Serialize;
use serde_json::Value;

use super::condition::Condition;
use super::error::PolicyError;
use super::pattern;

/// One statement: an effect on actions and resources under conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// Its name, for people.
    pub sid: Option<String>,
    /// What follows when it fits.
    pub effect: Effect,
    /// Actions such as `dynamodb:GetItem`, with wildcards.
    pub actions: Vec<String>,
    /// ARNs with wildcards.
    pub resources: Vec<String>,
    /// All must hold.
    pub conditions: Vec<Condition>,
}

/// What follows when a statement fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Effect {
    /// Allowed, unless another statement denies it.
    Allow,
    /// Denied, whatever else allows it.
    Deny,
}

impl Statement {
    /// Reads the statements of a policy document (`{Version, Statement}`).
    pub fn parse_document(document: &Value) -> Result<Vec<Statement>, PolicyError> {
        let statements = document
            .get("Statement")
            .ok_or_else(|| PolicyError::Malformed("a policy document needs Statement".to_owned()))?;
        match statements {
            Value::Array(statements) => statements.iter().map(Statement::parse).collect(),
            single => Ok(vec![Statement::parse(single)?]),
        }
    }

    /// Reads one statement.
    pub fn parse(statement: &Value) -> Result<Statement, PolicyError> {
        let fields = statement
            .as_object()
            .ok_or_else(|| PolicyError::Malformed("a statement must be an object".to_owned()))?;
        for name in fields.keys() {
            match name.as_str() {
                "Sid" | "Effect" | "Action" | "Resource" | "Condition" => {}
                "NotAction" | "NotResource" => return Err(PolicyError::Unsupported(name.clone())),
                other => {
                    return Err(PolicyError::Malformed(format!("an identity's statement has no {other}")));
                }
            }
        }
        let effect = match fields.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(PolicyError::Malformed("Effect must be Allow or Deny".to_owned())),
        };
        let required = |name: &str| {
            fields.get(name).ok_or_else(|| PolicyError::Malformed(format!("a statement needs {name}")))
        };
        let actions = texts(required("Action")?, "Action")?;
        if let Some(action) = actions.iter().find(|action| *action != "*" && !action.contains(':')) {
            return Err(PolicyError::Malformed(format!(
                "{action} is not an action such as dynamodb:GetItem"
            )));
        }
        let resources = texts(required("Resource")?, "Resource")?;
        if let Some(resource) = resources.iter().find(|arn| *arn != "*" && !arn.starts_with("arn:")) {
            return Err(PolicyError::Malformed(format!("{resource} is neither an ARN nor *")));
        }
        let conditions = fields.get("Condition").map(Condition::parse_all).transpose()?.unwrap_or_default();
        let sid = fields.get("Sid").and_then(Value::as_str).map(str::to_owned);
        Ok(Statement { sid, effect, actions, resources, conditions })
    }

    /// Whether it allows an action on a resource, whatever its conditions.
    pub fn covers(&self, action: &str, resource: &str) -> bool {
        self.effect == Effect::Allow && self.names(action, resource)
    }

    /// Whether it denies an action on a resource, whatever its conditions.
    pub fn denies(&self, action: &str, resource: &str) -> bool {
        self.effect == Effect::Deny && self.names(action, resource)
    }

    fn names(&self, action: &str, resource: &str) -> bool {
        self.actions.iter().any(|wanted| pattern::matches_action(wanted, action))
            && self.resources.iter().any(|wanted| pattern::matches(wanted, resource))
    }

    /// The patterns of partition keys that it is bound to; none if it is bound to none.
    pub fn leading_keys(&self) -> Vec<&str> {
        let conditions = self.conditions.iter().filter(|condition| condition.lists_leading_keys());
        conditions.flat_map(|condition| condition.values.iter().map(String::as_str)).collect()
    }

    /// A statement without name and conditions.
    pub fn allow(actions: &[&str], resources: Vec<String>) -> Statement {
        let actions = actions.iter().map(|&action| action.to_owned()).collect();
        Statement { sid: None, effect: Effect::Allow, actions, resources, conditions: Vec::new() }
    }
}

/// One text or a list of them; policy variables are refused.
pub(crate) fn texts(value: &Value, name: &str) -> Result<Vec<String>, PolicyError> {
    let items = match value {
        Value::Array(items) if items.is_empty() => {
            return Err(PolicyError::Malformed(format!("{name} is empty")));
        }
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    items.iter().map(|item| text(item, name)).collect()
}

fn text(value: &Value, name: &str) -> Result<String, PolicyError> {
    let text = value
        .as_str()
        .ok_or_else(|| PolicyError::Malformed(format!("{name} must hold text, not {value}")))?;
    if text.contains("${") {
        return Err(PolicyError::Unsupported(format!("policy variable in {text}")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_holds_one_statement_or_several() {
        let one = json!({"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"});
        let expected = Statement::allow(&["dynamodb:GetItem"], vec!["*".to_owned()]);
        let single = Statement::parse_document(&json!({"Statement": one})).unwrap();
        let list = Statement::parse_document(&json!({"Statement": [one]})).unwrap();
        assert_eq!(single, vec![expected.clone()]);
        assert_eq!(list, vec![expected]);
    }

    #[test]
    fn statements_that_are_wrong_or_not_understood_are_refused() {
        let wrong = [
            json!({"Action": "a:b", "Resource": "*"}),
            json!({"Effect": "Maybe", "Action": "a:b", "Resource": "*"}),
            json!({"Effect": "Allow", "Resource": "*"}),
            json!({"Effect": "Allow", "Action": [], "Resource": "*"}),
            json!({"Effect": "Allow", "Action": "GetItem", "Resource": "*"}),
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "table"}),
            json!({"Effect": "Allow", "Action": "a:b", "Resource": {"Ref": "Table"}}),
            json!({"Effect": "Allow", "NotAction": "a:b", "Resource": "*"}),
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s3:::b/${aws:userid}"}),
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "*", "Principal": "*"}),
        ];
        for statement in wrong {
            assert!(Statement::parse(&statement).is_err(), "{statement}");
        }
    }
}
