//! Some functions elsewhere, the others here.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::BoxFuture;
use local_core::invoke::{InvokeError, Invoker};
use serde_json::Value;

/// Chooses by name.
pub(crate) struct Split {
    here: Arc<dyn Invoker>,
    there: Arc<dyn Invoker>,
    names: BTreeSet<String>,
}

impl Split {
    /// The named functions `there`, the others `here`.
    pub(crate) fn new(here: Arc<dyn Invoker>, there: Arc<dyn Invoker>, names: &[String]) -> Self {
        Split { here, there, names: names.iter().cloned().collect() }
    }
}

impl Invoker for Split {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        let chosen = if self.names.contains(function) { &self.there } else { &self.here };
        chosen.invoke(function, event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers with its own name.
    struct Named(&'static str);

    impl Invoker for Named {
        fn invoke<'a>(&'a self, _: &'a str, _: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
            Box::pin(async move { Ok(Value::from(self.0)) })
        }
    }

    #[tokio::test]
    async fn only_the_named_functions_run_elsewhere() {
        let split = Split::new(Arc::new(Named("here")), Arc::new(Named("there")), &["get-me".to_owned()]);
        assert_eq!(split.invoke("get-me", Value::Null).await, Ok(Value::from("there")));
        assert_eq!(split.invoke("get-user", Value::Null).await, Ok(Value::from("here")));
    }
}
