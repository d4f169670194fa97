//! What a struck call is answered.

use serde_json::{Value, json};

use crate::http::Response;

/// AWS's words for a partition that is asked for too much.
pub(in crate::dynamodb) fn throttled() -> Response {
    Response::refusal(
        400,
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
         provisioning level with the UpdateTable API.",
    )
}

/// No answer. What is nearest to it over HTTP is 504, which the SDK retries as it retries a broken connection.
pub(in crate::dynamodb) fn lost() -> Response {
    Response::json_1_0(504, &json!({}))
}

/// AWS's words for a mishap of its own.
pub(super) fn broken() -> Response {
    let error = "com.amazonaws.dynamodb.v20120810#InternalServerError";
    Response::refusal(500, error, "Internal server error")
}

/// AWS's words for a write that meets another; of a transaction, at the part that `pick` chooses among so many.
pub(super) fn conflict(request: &Value, pick: impl FnOnce(usize) -> usize) -> Response {
    let Some(items) = request["TransactItems"].as_array().filter(|items| !items.is_empty()) else {
        let error = "com.amazonaws.dynamodb.v20120810#TransactionConflictException";
        return Response::refusal(400, error, "Transaction is ongoing for the item");
    };
    let culprit = pick(items.len());
    let codes = (0..items.len()).map(|n| if n == culprit { "TransactionConflict" } else { "None" });
    let reasons: Vec<_> = codes
        .clone()
        .map(|code| match code {
            "None" => json!({ "Code": "None" }),
            code => json!({ "Code": code, "Message": "Transaction is ongoing for the item" }),
        })
        .collect();
    let listed = codes.collect::<Vec<_>>().join(", ");
    Response::json_1_0(
        400,
        &json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": format!(
                "Transaction cancelled, please refer cancellation reasons for specific reasons [{listed}]"
            ),
            "CancellationReasons": reasons,
        }),
    )
}
