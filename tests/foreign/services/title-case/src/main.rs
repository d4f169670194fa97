use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde::Deserialize;
use serde_json::{json, Value};

/// What AppSync sends to a function without a script: of all of it, only the arguments matter here.
#[derive(Deserialize)]
struct Context {
    arguments: Arguments,
}

#[derive(Deserialize)]
struct Arguments {
    book: Book,
}

#[derive(Deserialize)]
struct Book {
    title: String,
}

fn tidy(title: &str) -> String {
    let words = title.split_whitespace().map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    });
    words.collect::<Vec<_>>().join(" ")
}

async fn handler(event: LambdaEvent<Context>) -> Result<Value, Error> {
    let title = tidy(&event.payload.arguments.book.title);
    if title.is_empty() {
        return Err("a book needs a title".into());
    }
    Ok(json!({ "title": title }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handler)).await
}
