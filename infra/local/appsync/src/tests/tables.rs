//! Tables as data sources, asked by scripts.

use local_core::tables::TableError;
use serde_json::{Value, json};

use crate::tests::fixture::{Fixture, TestApi};
use crate::{DataSource, Resolver};

const SDL: &str = "
type Query { book(id: ID!): Book  books(shelf: String, nextToken: String): Page }
type Mutation { write(id: ID!, title: String): Book }
type Book { id: ID!  title: String  pages: Int }
type Page { items: [Book!]!  nextToken: String }
schema { query: Query mutation: Mutation }";

fn fixture(field: &str, code: &str) -> Fixture {
    let resolver =
        Resolver::Unit { data_source: "Books".to_owned(), code: Some(code.to_owned()), max_batch_size: 0 };
    let source = DataSource::DynamoDb { table: "books".to_owned(), caller: "data-source/Books".to_owned() };
    let fixture = Fixture::new(SDL).resolver(field, resolver);
    fixture.config(|config| drop(config.data_sources.insert("Books".to_owned(), source)))
}

/// An API of one field, whose table answers once.
fn api(field: &str, code: &str, answer: Result<Value, TableError>) -> (TestApi, impl Fn() -> Value) {
    let fixture = fixture(field, code);
    fixture.tables.answers.lock().unwrap().push_back(answer);
    let tables = std::sync::Arc::clone(&fixture.tables);
    let asked = move || {
        let calls = tables.calls.lock().unwrap();
        let (caller, operation, request) = calls.first().expect("a call");
        json!({"caller": caller, "operation": operation, "request": request})
    };
    (fixture.build(), asked)
}

#[tokio::test]
async fn a_script_reads_an_item_with_the_values_of_util() {
    let code = "import { util } from '@aws-appsync/utils';
        export const request = (ctx) => ({ operation: 'GetItem', key: util.dynamodb.toMapValues({ id: ctx.args.id }) });
        export const response = (ctx) => ctx.result;";
    let item = json!({"Item": {"id": {"S": "1"}, "title": {"S": "Ulysses"}, "pages": {"N": "730"}}});
    let (api, asked) = api("Query.book", code, Ok(item));
    let answer = api.ask("{ book(id: 1) { id title pages } }", Value::Null).await;
    assert_eq!(answer["data"]["book"], json!({"id": "1", "title": "Ulysses", "pages": 730}));
    let asked = asked();
    assert_eq!((&asked["caller"], &asked["operation"]), (&json!("data-source/Books"), &json!("GetItem")));
    let request = json!({"TableName": "books", "Key": {"id": {"S": "1"}}, "ConsistentRead": false});
    assert_eq!(asked["request"], request);
}

#[tokio::test]
async fn the_helpers_write_queries() {
    let code = "import * as ddb from '@aws-appsync/utils/dynamodb';
        export const request = (ctx) => ddb.query({
            index: 'byShelf', query: { shelf: { eq: ctx.args.shelf }, title: { beginsWith: 'U' } }, limit: 2,
            filter: { or: [{ pages: { gt: 10 } }, { pages: { attributeExists: false } }] }, projection: ['id', 'a.b'],
        });
        export const response = (ctx) => ctx.result;";
    let page =
        json!({"Items": [{"id": {"S": "1"}}], "ScannedCount": 1, "LastEvaluatedKey": {"id": {"S": "1"}}});
    let (api, asked) = api("Query.books", code, Ok(page));
    let answer = api.ask("{ books(shelf: \"A\") { items { id } nextToken } }", Value::Null).await;
    assert_eq!(answer["data"]["books"]["items"], json!([{"id": "1"}]));
    assert!(answer["data"]["books"]["nextToken"].is_string(), "{answer}");
    let request = &asked()["request"];
    assert_eq!(request["KeyConditionExpression"], "#key_shelf = :key_1 AND begins_with(#key_title, :key_2)");
    let filter = "(#filter_pages > :filter_1) OR (attribute_not_exists(#filter_pages))";
    assert_eq!(request["FilterExpression"], filter);
    assert_eq!(request["ProjectionExpression"], "#projection_id, #projection_a.#projection_b");
    assert_eq!(request["ExpressionAttributeValues"][":filter_1"], json!({"N": "10"}));
    assert_eq!((&request["IndexName"], &request["Limit"]), (&json!("byShelf"), &json!(2)));
}

#[tokio::test]
async fn the_helpers_write_updates() {
    let code = "import { update, operations, toStringSet } from '@aws-appsync/utils/dynamodb';
        export const request = (ctx) => update({
            key: { id: ctx.args.id }, condition: { id: { attributeExists: true } },
            update: {
                title: ctx.args.title, pages: operations.increment(2), old: operations.remove(),
                notes: operations.append(['x']), place: { row: 3 }, whole: operations.replace({ a: 1 }),
                tags: toStringSet(['a']), list: [operations.updateListItem('y', 1)],
            },
        });
        export const response = (ctx) => ctx.result;";
    let (api, asked) =
        api("Mutation.write", code, Ok(json!({"Attributes": {"id": {"S": "1"}, "pages": {"N": "2"}}})));
    let answer = api.ask("mutation { write(id: 1, title: \"T\") { id pages } }", Value::Null).await;
    assert_eq!(answer["data"]["write"], json!({"id": "1", "pages": 2}), "{answer}");
    let request = &asked()["request"];
    let expression = "SET #update_title = :update_1, #update_pages = #update_pages + :update_2, \
        #update_notes = list_append(#update_notes, :update_3), #update_place.#update_row = :update_4, \
        #update_whole = :update_5, #update_tags = :update_6, #update_list[1] = :update_7 REMOVE #update_old";
    assert_eq!(request["UpdateExpression"], expression);
    assert_eq!(request["ConditionExpression"], "attribute_exists(#condition_id)");
    assert_eq!(request["ExpressionAttributeValues"][":update_6"], json!({"SS": ["a"]}));
    assert_eq!(request["ReturnValues"], "ALL_NEW");
}

#[tokio::test]
async fn a_script_sees_why_a_condition_failed_and_what_is_there() {
    let code = "import { util } from '@aws-appsync/utils';
        import { put } from '@aws-appsync/utils/dynamodb';
        export const request = (ctx) =>
            put({ key: { id: ctx.args.id }, item: { title: ctx.args.title }, condition: { id: { attributeExists: false } } });
        export function response(ctx) {
            if (ctx.error) util.error(ctx.error.message, ctx.error.type, ctx.result);
            return ctx.result;
        }";
    let refusal = TableError {
        code: "ConditionalCheckFailedException".to_owned(),
        message: "The conditional request failed".to_owned(),
        item: Some(json!({"id": {"S": "1"}, "title": {"S": "Dubliners"}})),
    };
    let (api, _) = api("Mutation.write", code, Err(refusal));
    let answer = api.ask("mutation { write(id: 1, title: \"Ulysses\") { id title } }", Value::Null).await;
    assert_eq!(answer["errors"][0]["errorType"], "DynamoDB:ConditionalCheckFailedException");
    assert_eq!(answer["errors"][0]["data"]["title"], "Dubliners");
}

#[tokio::test]
async fn what_is_missing_says_so() {
    let code = "import { batchGet } from '@aws-appsync/utils/dynamodb';
        export const request = (ctx) => batchGet({ tables: {} });
        export const response = (ctx) => ctx.result;";
    let (api, _) = api("Query.book", code, Ok(json!({})));
    let answer = api.ask("{ book(id: 1) { id } }", Value::Null).await;
    assert_eq!(answer["errors"][0]["errorType"], "MappingTemplate");
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("BatchGetItem is not available locally"), "{message}");
}

#[test]
fn a_table_needs_a_script() {
    let resolver = Resolver::Unit { data_source: "Books".to_owned(), code: None, max_batch_size: 0 };
    let code = "export const request = (ctx) => ({}); export const response = (ctx) => ctx.result;";
    let error = fixture("Query.books", code).resolver("Query.book", resolver).try_build();
    assert!(error.is_err_and(|error| error.to_string().contains("there must be a script")));
}
