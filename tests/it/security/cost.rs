//! Documents that cost more to answer than to send: refused before a function runs, and soon.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;
use tests::{Answer, Credentials, World};
use tokio::time::timeout;

/// Far more than an honest answer needs on a busy machine, far less than what an explosion takes.
const SOON: Duration = Duration::from_secs(50);

struct Victim {
    world: World,
    caller: Credentials,
}

impl Victim {
    async fn new() -> Victim {
        let world = World::new().await;
        let alice = world.person("alice").await;
        Victim { world, caller: Credentials::Token(alice.token) }
    }

    async fn answers(&self, case: &str, body: String) -> Answer {
        self.world.cloud().journal().clear();
        let answer = timeout(SOON, self.caller.posts(&self.world, body)).await;
        answer.unwrap_or_else(|_| panic!("{case}: no answer within {SOON:?}"))
    }

    /// How many functions the last request called.
    fn invocations(&self) -> usize {
        self.world.cloud().journal().entries().iter().map(|entry| entry.invocations.len()).sum()
    }

    async fn refuses(&self, case: &str, body: String) -> Answer {
        let answer = self.answers(case, body).await;
        let reply = answer.reply();
        assert!(!reply.errors.is_empty() && reply.data.is_null(), "{case}: {}", shortened(&answer.body));
        assert_eq!(self.invocations(), 0, "{case}");
        assert!(answer.body.len() < 65_536, "{case}: the answer has {} bytes", answer.body.len());
        answer
    }
}

fn document(text: &str) -> String {
    json!({ "query": text }).to_string()
}

fn shortened(text: &str) -> String {
    text.chars().take(500).collect()
}

/// `ofType` within itself, so that the whole is so many fields deep.
fn nested(depth: usize) -> String {
    let inner = (0..depth - 2).fold("kind".to_owned(), |inner, _| format!("ofType {{ {inner} }}"));
    format!(r#"{{ __type(name: "Query") {{ {inner} }} }}"#)
}

#[tokio::test]
async fn depth_is_limited_where_the_template_says() {
    let victim = Victim::new().await;
    let deepest = victim.answers("depth 15", document(&nested(15))).await.reply();
    assert!(deepest.errors.is_empty(), "{deepest:?}");
    let answer = victim.refuses("depth 16", document(&nested(16))).await;
    assert_eq!(answer.reply().error_type(), Some("QueryDepthLimitReached"));
    let hidden = format!("{} fragment F on __Type {{ {} }}", r#"{ __type(name: "Query") { ...F } }"#, {
        (0..15).fold("kind".to_owned(), |inner, _| format!("ofType {{ {inner} }}"))
    });
    let answer = victim.refuses("depth in a fragment", document(&hidden)).await;
    assert_eq!(answer.reply().error_type(), Some("QueryDepthLimitReached"));
}

/// AppSync answers the first 500 look-ups of a request and refuses the others; so the template bounds what one costs.
#[tokio::test]
async fn a_thousand_aliases_call_no_more_functions_than_the_template_says() {
    let victim = Victim::new().await;
    // As many as fit into the number of tokens that AppSync reads.
    let cases = [
        ("query", 1_000, "getMe { id }"),
        ("mutation", 900, "setPresence(input: { online: true }) { userId }"),
    ];
    for (root, count, field) in cases {
        let mut text = format!("{root} {{");
        for index in 0..count {
            let _ = write!(text, " a{index}: {field}");
        }
        let answer = victim.answers(root, document(&(text + " }"))).await;
        let reply = answer.reply();
        assert!(victim.invocations() <= 500, "{root}: {} functions", victim.invocations());
        // On a slow machine some of the first 500 run out of time, which is no matter here.
        let limited =
            reply.errors.iter().filter(|error| error["errorType"] == "ResolverExecutionLimitReached");
        assert_eq!(limited.count(), count - 500, "{root}");
    }
}

#[tokio::test]
async fn fragments_neither_turn_in_circles_nor_explode() {
    let victim = Victim::new().await;
    let cycles = [
        "{ getMe { ...A } } fragment A on Me { ...A }",
        "{ getMe { ...A } } fragment A on Me { id ...B } fragment B on Me { id ...A }",
        "{ getMe { id } } fragment A on Me { ...B } fragment B on Me { ...A }",
    ];
    for text in cycles {
        victim.refuses(text, document(text)).await;
    }
    let mut ring = "{ getMe { ...F0 } }".to_owned();
    for index in 0..1_000 {
        let _ = write!(ring, " fragment F{index} on Me {{ ...F{} }}", (index + 1) % 1_000);
    }
    victim.refuses("a ring of a thousand", document(&ring)).await;

    // Each fragment spreads the next one twice: doubling 60 times, if it is followed blindly.
    let mut bomb = "{ getMe { ...F0 } }".to_owned();
    for index in 0..60 {
        let next = index + 1;
        let _ = write!(bomb, " fragment F{index} on Me {{ ...F{next} ...F{next} }}");
    }
    bomb.push_str(" fragment F60 on Me { id }");
    victim.answers("fragments that double", document(&bomb)).await;
    assert!(victim.invocations() <= 1);

    // The same where each step is a field.
    let mut bomb = r#"{ __type(name: "Query") { ...F0 } }"#.to_owned();
    for index in 0..12 {
        let next = index + 1;
        let _ = write!(
            bomb,
            " fragment F{index} on __Type {{ a: ofType {{ ...F{next} }} b: ofType {{ ...F{next} }} c: ofType {{ ...F{next} }} d: ofType {{ ...F{next} }} }}"
        );
    }
    bomb.push_str(" fragment F12 on __Type { kind }");
    victim.answers("fields that quadruple", document(&bomb)).await;
}

#[tokio::test]
async fn megabytes_are_refused() {
    let victim = Victim::new().await;
    let million = 1_000_000;
    let cases = [
        ("fields", format!("{{ getMe {{ {} }} }}", "id ".repeat(million / 3))),
        ("selections within selections", "{ a ".repeat(million / 4)),
        ("braces", "{".repeat(million)),
        ("brackets", format!("{{ getUser(userId: {}) {{ id }} }}", "[".repeat(million))),
        (
            "objects within objects",
            format!("{{ listConversations(filter: {}) {{ items {{ id }} }} }}", "{a:".repeat(million / 3)),
        ),
        ("types within types", format!("query($a: {}) {{ getMe {{ id }} }}", "[".repeat(million))),
        ("directives", format!("{{ getMe {{ id {} }} }}", "@skip(if: false) ".repeat(million / 17))),
        ("operations", "query A { getMe { id } } ".repeat(million / 25)),
        ("variables", format!("query({}) {{ getMe {{ id }} }}", "$a: ID ".repeat(million / 7))),
        ("nulls", "\0".repeat(million)),
    ];
    for (case, text) in cases {
        victim.refuses(case, document(&text)).await;
    }
    let deep = format!(r#"{{"query":"{{ getMe {{ id }} }}","variables":{}}}"#, "{\"a\":".repeat(million / 5));
    victim.refuses("variables within variables", deep).await;
    victim
        .refuses("a list of requests", format!("[{}]", vec![document("{ getMe { id } }"); 1_000].join(",")))
        .await;
}

/// Within the number of tokens that AppSync reads, where checking pair by pair would take for ever.
#[tokio::test]
async fn repetition_is_no_burden() {
    let victim = Victim::new().await;
    let same = format!("{{ getMe {{ {} }} }}", "id ".repeat(14_000));
    victim.answers("one field again and again", document(&same)).await;
    assert!(victim.invocations() <= 1);
    let mut roots = String::new();
    for index in 0..3_000 {
        let _ = write!(roots, "getMe {{ a{index}: id }} ");
    }
    victim.answers("one root again and again", document(&format!("{{ {roots} }}"))).await;
    assert!(victim.invocations() <= 1);
    let mut fragments = "{ getMe {".to_owned();
    for index in 0..1_500 {
        let _ = write!(fragments, " ...F{index}");
    }
    fragments.push_str(" } }");
    for index in 0..1_500 {
        let _ = write!(fragments, " fragment F{index} on Me {{ id }}");
    }
    victim.answers("a fragment for each field", document(&fragments)).await;
    assert!(victim.invocations() <= 1);
}
