//! Somebody else's project on the local cloud: `tests/foreign`, by its template alone.
//!
//! Its functions are stood in for, so that this needs nothing built. With the path of the program `cargo-lambda` in
//! `CARGO_LAMBDA` they are the real ones, served by `cargo lambda watch`: that is `cargo xtask foreign`.

mod functions;
mod visitor;

use local::{Cloud, Options, Storage};
use serde_json::{Value, json};
use tests::house::root;

use functions::Served;
use visitor::Visitor;

/// The options of `cargo run -- --template tests/foreign/template.yaml --invoke-url URL`.
fn options(url: &str) -> Options {
    Options {
        functions: local::Functions::At(url.to_owned()),
        stack_name: "bookshelf".to_owned(),
        ..Options::for_tests(root().join("tests/foreign/template.yaml"))
    }
}

async fn add(visitor: &Visitor, book: Value) -> Value {
    let document = "mutation Add($book: NewBook!) { addBook(book: $book) { isbn title shelf loans lentTo } }";
    visitor.ask(document, json!({ "book": book })).await
}

async fn lend(visitor: &Visitor, isbn: &str) -> Value {
    let document =
        "mutation Lend($isbn: ID!) { lend(isbn: $isbn, to: \"Ann\") { isbn title shelf lentTo loans } }";
    visitor.ask(document, json!({ "isbn": isbn })).await
}

#[tokio::test]
async fn a_foreign_project_is_served_by_its_template() {
    let served = Served::start().await;
    let cloud = Cloud::start(options(served.url())).await.expect("it starts");
    served.knows(&cloud).await;
    let endpoints = cloud.endpoints();
    assert_eq!((endpoints.table_name.as_str(), endpoints.user_pool_id.as_str()), ("bookshelf-books", ""));
    assert_eq!(cloud.deployment().outputs["Key"], endpoints.api_key);
    let visitor = Visitor::of(&cloud);
    keeps_books(&visitor).await;
    reads_pages(&visitor).await;
    hears_of_one_shelf(&visitor).await;
    may_not_discard(&visitor).await;
    follows_the_stream(&cloud, &visitor).await;
    cloud.shut_down().await;
}

/// A function tidies the title, a script keeps the book.
async fn keeps_books(visitor: &Visitor) {
    let book =
        json!({ "isbn": "1", "title": "ulysses  of dublin", "shelf": "A", "pages": 730, "tags": ["long"] });
    let added = add(visitor, book.clone()).await;
    let kept = json!({ "isbn": "1", "title": "Ulysses Of Dublin", "shelf": "A", "loans": 0, "lentTo": null });
    assert_eq!(added["data"]["addBook"], kept, "{added}");
    assert_eq!(add(visitor, book).await["data"]["addBook"], kept, "what is there already is no failure");
    let other = add(visitor, json!({ "isbn": "1", "title": "dubliners", "shelf": "A" })).await;
    assert_eq!(other["errors"][0]["errorType"], "AlreadyThere", "{other}");
    assert_eq!(other["errors"][0]["data"]["title"], "Ulysses Of Dublin", "{other}");
    let nameless = add(visitor, json!({ "isbn": "2", "title": " ", "shelf": "A" })).await;
    assert_eq!(nameless["errors"][0]["message"], "a book needs a title", "{nameless}");
    for (isbn, pages, shelf) in [("3", 90, "A"), ("4", 500, "A"), ("5", 600, "B")] {
        let added = add(visitor, json!({ "isbn": isbn, "title": "x", "shelf": shelf, "pages": pages })).await;
        assert_eq!(added["errors"], Value::Null, "{added}");
    }
}

/// Pages of an index, with a filter.
async fn reads_pages(visitor: &Visitor) {
    let document = "query Shelf($next: String) { shelf(name: \"A\", longerThan: 100, limit: 2, nextToken: $next) \
                    { items { isbn } nextToken } }";
    let first = visitor.ask(document, json!({})).await;
    assert_eq!(first["data"]["shelf"]["items"], json!([{ "isbn": "1" }]), "two read, one fits: {first}");
    let next = first["data"]["shelf"]["nextToken"].clone();
    let second = visitor.ask(document, json!({ "next": next })).await;
    assert_eq!(second["data"]["shelf"]["items"], json!([{ "isbn": "4" }]), "{second}");
}

/// Whoever listens to one shelf hears of that shelf.
async fn hears_of_one_shelf(visitor: &Visitor) {
    let mut ear = visitor.listens("subscription { lent(shelf: \"A\") { isbn lentTo loans } }").await;
    assert_eq!(lend(visitor, "5").await["data"]["lend"]["lentTo"], "Ann");
    assert_eq!(lend(visitor, "1").await["data"]["lend"]["loans"], 1);
    assert_eq!(ear.hears().await["data"]["lent"], json!({ "isbn": "1", "lentTo": "Ann", "loans": 1 }));
    assert_eq!(lend(visitor, "1").await["errors"][0]["errorType"], "NotAvailable");
    let found = visitor
        .ask("{ book(isbn: \"1\") { title lentTo tags } none: book(isbn: \"9\") { title } }", json!({}));
    let found = found.await;
    let expected =
        json!({ "book": { "title": "Ulysses Of Dublin", "lentTo": "Ann", "tags": ["long"] }, "none": null });
    assert_eq!(found["data"], expected);
}

/// The role of the data source holds: nobody granted the deletion.
async fn may_not_discard(visitor: &Visitor) {
    let refused = visitor.ask("mutation { discard(isbn: \"1\") { isbn } }", json!({})).await;
    assert_eq!(refused["errors"][0]["errorType"], "DynamoDB:AccessDeniedException", "{refused}");
}

/// The stream reaches its function, and what it cannot take ends in its queue.
async fn follows_the_stream(cloud: &Cloud, visitor: &Visitor) {
    cloud.settle().await;
    assert_eq!(cloud.dead_letters().list(None).expect("letters").len(), 0);
    add(visitor, json!({ "isbn": "6", "title": "x", "shelf": "C", "pages": 0 })).await;
    cloud.settle().await;
    let letters = cloud.dead_letters().list(None).expect("letters");
    assert_eq!(letters.len(), 1, "a book without pages");
    assert_eq!(letters[0].queue, "bookshelf-Mistakes");
}

#[tokio::test]
async fn only_the_key_of_the_api_opens_it() {
    let cloud = Cloud::start(options("http://127.0.0.1:9")).await.expect("it starts");
    let visitor = Visitor::with_key(&cloud, "da2-another");
    assert_eq!(visitor.status("{ book(isbn: \"1\") { title } }").await, 401);
    assert_eq!(Visitor::of(&cloud).status("{ book(isbn: \"1\") { title } }").await, 200);
}

#[tokio::test]
async fn a_function_that_is_not_there_says_what_to_start() {
    let book = json!({ "isbn": "1", "title": "x", "shelf": "A" });
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    let nobody = Cloud::start(options(&url)).await.expect("it starts");
    let here = Options { functions: local::Functions::Here, ..options(&url) };
    let here = Cloud::start(here).await.expect("it starts");
    for (cloud, words) in
        [(&nobody, "nobody answers there: start `cargo lambda watch`"), (&here, "--invoke-url")]
    {
        let answer = add(&Visitor::of(cloud), book.clone()).await;
        let error = &answer["errors"][0];
        assert_eq!(error["errorType"], "Lambda:ClientException", "{answer}");
        let message = error["message"].as_str().expect("a message");
        assert!(message.contains("title-case") && message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn a_schema_can_be_given_beside_the_template() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().join("smaller.graphql");
    let text = std::fs::read_to_string(root().join("tests/foreign/api.graphql")).expect("the schema");
    std::fs::write(&schema, text.replace("tags: [String!]", "")).expect("a file");
    let options = Options { schema: Some(schema), ..options("http://127.0.0.1:9") };
    let cloud = Cloud::start(options).await.expect("it starts");
    let answer = Visitor::of(&cloud).ask("{ book(isbn: \"1\") { tags } }", json!({})).await;
    let message = answer["errors"][0]["message"].as_str().expect("a message");
    assert!(message.contains("Field 'tags' in type 'Book' is undefined"), "{message}");
}

#[tokio::test]
async fn data_of_a_foreign_project_lies_where_it_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = Storage::Directory(folder.path().to_owned());
    let cloud = Cloud::start(Options { storage: kept, ..options("http://127.0.0.1:9") }).await;
    let cloud = cloud.expect("it starts");
    let document = "mutation { lend(isbn: \"1\", to: \"Ann\") { isbn } }";
    let answer = Visitor::of(&cloud).ask(document, json!({})).await;
    assert_eq!(answer["errors"][0]["errorType"], "NotAvailable", "the table is there");
    assert!(folder.path().join("dynamodb.sqlite").is_file());
    cloud.shut_down().await;
}
