use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

/// How many changes of a batch lent a book that was on the shelf. A book without pages is a mistake, and fails the batch.
fn loans(event: &Value) -> Result<usize, Error> {
    let mut loans = 0;
    for record in event["Records"].as_array().ok_or("no records")? {
        let image = |name: &str| record["dynamodb"][name]["lentTo"]["S"].as_str().map(str::to_owned);
        if record["dynamodb"]["NewImage"]["pages"]["N"] == "0" {
            return Err("a book without pages".into());
        }
        loans += usize::from(image("NewImage").is_some() && image("OldImage").is_none());
    }
    Ok(loans)
}

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let library = std::env::var("LIBRARY")?;
    println!("{library}: {} lent", loans(&event.payload)?);
    Ok(json!({}))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handler)).await
}
