//! Tables as data sources: what a script asks of DynamoDB, asked, and the answer in the form that scripts see.
//!
//! Source: "AWS AppSync JavaScript resolver function reference for DynamoDB" in the developer guide.

mod answer;
mod ask;
mod value;

use local_core::tables::TableError;
use serde_json::{Value, json};

use crate::error::Failure;
use crate::resolve::Surroundings;

/// A table and the role under which it is called.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// The name under which the policies know the role.
    pub(crate) caller: String,
}

/// A call to DynamoDB, and what AppSync adds to it.
#[derive(Debug, PartialEq)]
struct Call {
    operation: &'static str,
    request: Value,
    /// What a failed condition is compared with; none for an error at once.
    wanted: Option<Wanted>,
}

/// The state that a write was to bring about.
#[derive(Debug, PartialEq)]
struct Wanted {
    /// None for 'gone'.
    item: Option<Value>,
    /// Attributes that do not count.
    ignored: Vec<String>,
}

/// `ctx.result` and `ctx.error` after a call.
#[derive(Debug, PartialEq)]
pub(super) struct Answered {
    pub(super) result: Value,
    pub(super) error: Value,
}

/// Asks a table what the script's request handler wants.
pub(super) async fn call(around: Surroundings<'_>, table: &Table, asked: Value) -> Result<Answered, Failure> {
    let Call { operation, request, wanted } = ask::read(&table.name, asked)?;
    let written = request.get("Item").cloned();
    let answer = around.engine.tables.call(&table.caller, operation, request);
    let answer = match tokio::time::timeout_at(around.request.deadline, answer).await {
        Ok(answer) => answer,
        Err(_) => return Err(Failure::new("DynamoDB:ExecutionTimeoutException", "Execution timed out.")),
    };
    Ok(match answer {
        Ok(answer) => Answered { result: answer::read(operation, answer, written), error: Value::Null },
        Err(error) => refused(error, wanted),
    })
}

/// A failed condition is no failure if the table already has what was wanted.
fn refused(error: TableError, wanted: Option<Wanted>) -> Answered {
    let TableError { code, message, item } = error;
    let current = item.map(|item| value::plain_item(&item));
    if code == "ConditionalCheckFailedException"
        && wanted.is_some_and(|wanted| wanted.is_met_by(current.as_ref()))
    {
        return Answered { result: current.unwrap_or_default(), error: Value::Null };
    }
    let error = json!({ "type": format!("DynamoDB:{code}"), "message": message });
    Answered { result: current.unwrap_or_default(), error }
}

impl Wanted {
    fn is_met_by(&self, current: Option<&Value>) -> bool {
        let counted = |item: &Value| {
            let mut item = value::plain_item(item);
            self.forget_ignored(&mut item);
            item
        };
        match (&self.item, current) {
            (None, None) => true,
            (Some(wanted), Some(current)) => {
                let mut current = current.clone();
                self.forget_ignored(&mut current);
                counted(wanted) == current
            }
            _ => false,
        }
    }

    fn forget_ignored(&self, item: &mut Value) {
        if let Some(item) = item.as_object_mut() {
            item.retain(|name, _| !self.ignored.contains(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition_failed(item: Option<Value>) -> TableError {
        let code = "ConditionalCheckFailedException".to_owned();
        TableError { code, message: "The conditional request failed".to_owned(), item }
    }

    #[test]
    fn a_failed_condition_shows_what_is_there() {
        let answered = refused(condition_failed(Some(json!({"id": {"S": "1"}}))), None);
        assert_eq!(answered.result, json!({"id": "1"}));
        assert_eq!(answered.error["type"], "DynamoDB:ConditionalCheckFailedException");
    }

    #[test]
    fn a_write_that_is_there_already_succeeds() {
        let item = json!({"id": {"S": "1"}, "at": {"N": "2"}});
        let wanted = Wanted {
            item: Some(json!({"id": {"S": "1"}, "at": {"N": "9"}})),
            ignored: vec!["at".to_owned()],
        };
        let answered = refused(condition_failed(Some(item.clone())), Some(wanted));
        assert_eq!((answered.result["at"].as_i64(), answered.error), (Some(2), Value::Null));
        let wanted = Wanted { item: Some(json!({"id": {"S": "1"}, "at": {"N": "9"}})), ignored: Vec::new() };
        assert_ne!(refused(condition_failed(Some(item)), Some(wanted)).error, Value::Null);
    }

    #[test]
    fn a_deletion_of_what_is_gone_succeeds() {
        let wanted = Wanted { item: None, ignored: Vec::new() };
        assert_eq!(refused(condition_failed(None), Some(wanted)).error, Value::Null);
    }
}
