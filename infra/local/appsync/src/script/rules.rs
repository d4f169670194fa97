//! The rules of `APPSYNC_JS` 1.0.0: what JavaScript it leaves out.

use std::collections::{BTreeMap, BTreeSet};

use crate::script::tokens::{Kind, Token, split};

/// How long a script may be, in bytes.
const LONGEST_SCRIPT: usize = 32 * 1024;
/// Statements and operators that do not exist.
const NO_WORDS: [&str; 13] = [
    "try", "catch", "finally", "throw", "while", "do", "continue", "class", "async", "await", "yield",
    "this", "with",
];
/// Globals that do not exist.
const NO_GLOBALS: [&str; 10] = [
    "eval",
    "Function",
    "Promise",
    "require",
    "setTimeout",
    "setInterval",
    "fetch",
    "process",
    "globalThis",
    "XMLHttpRequest",
];
/// The modules that there are.
const MODULES: [&str; 2] = ["@aws-appsync/utils", "@aws-appsync/utils/dynamodb"];

/// Says what AppSync would refuse, and where.
pub(super) fn check(code: &str) -> Result<(), String> {
    if code.len() > LONGEST_SCRIPT {
        return Err("it is longer than 32 KB".to_owned());
    }
    let tokens = split(code);
    for at in 0..tokens.len() {
        if let Some(what) = refused(&tokens, at) {
            return Err(format!("line {}: {what}", tokens[at].line));
        }
    }
    loops(&tokens)?;
    let functions = functions(&tokens);
    passing(&tokens, &functions)?;
    recursion(&tokens, &functions)
}

/// What is wrong with a token, judged by its neighbours alone.
fn refused(tokens: &[Token<'_>], at: usize) -> Option<String> {
    let token = tokens[at];
    let before = at.checked_sub(1).map_or("", |at| tokens[at].text);
    let after = tokens.get(at + 1).map_or("", |token| token.text);
    let is_member = before == "." || before == "?.";
    let is_key = after == ":" && (before == "{" || before == ",");
    match token.kind {
        Kind::Regex => Some("regular expressions are not supported, use util.matches".to_owned()),
        Kind::Sign if matches!(token.text, "++" | "--" | "~") => {
            Some(format!("the operator {} is not supported", token.text))
        }
        Kind::Sign if token.text == "*" && before == "function" => {
            Some("generators are not supported".to_owned())
        }
        Kind::Word if is_member && token.text == "sort" && after == "(" => {
            let comparator = tokens.get(at + 2).is_some_and(|token| token.text != ")");
            comparator.then(|| "sort takes no comparator".to_owned())
        }
        Kind::Word if is_member || is_key => None,
        Kind::Word if NO_WORDS.contains(&token.text) => Some(format!("{} is not supported", token.text)),
        Kind::Word if NO_GLOBALS.contains(&token.text) => Some(format!("{} does not exist", token.text)),
        Kind::Word if token.text == "break" && is_name(tokens.get(at + 1)) => {
            Some("labels are not supported".to_owned())
        }
        Kind::Word if after == ":" && tokens.get(at + 2).is_some_and(|token| token.text == "for") => {
            Some("labels are not supported".to_owned())
        }
        Kind::Word if token.text == "import" && after == "(" => {
            Some("dynamic imports are not supported".to_owned())
        }
        Kind::Text
            if matches!(before, "from" | "import")
                && !MODULES.contains(&token.text.trim_matches(['"', '\''])) =>
        {
            Some(format!("only {} can be imported", MODULES.join(" and ")))
        }
        _ => None,
    }
}

fn is_name(token: Option<&Token<'_>>) -> bool {
    token
        .is_some_and(|token| token.kind == Kind::Word && !matches!(token.text, "case" | "default" | "return"))
}

/// `for` with semicolons, and `in` anywhere but in the head of a `for`.
fn loops(tokens: &[Token<'_>]) -> Result<(), String> {
    let mut heads = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_member = at > 0 && matches!(tokens[at - 1].text, "." | "?.");
        if token.kind == Kind::Word && token.text == "for" && !is_member {
            let head = at + 1..closing(tokens, at + 1);
            if tokens[head.clone()].iter().any(|token| token.text == ";") {
                return Err(format!("line {}: for needs of or in", token.line));
            }
            heads.push(head);
        }
    }
    let stray = tokens.iter().enumerate().find(|(at, token)| {
        token.kind == Kind::Word && token.text == "in" && !heads.iter().any(|head| head.contains(at))
    });
    stray.map_or(Ok(()), |(_, token)| Err(format!("line {}: the operator in is not supported", token.line)))
}

/// Where the bracket that opens at a position closes.
fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// The functions that have names, with the tokens of their bodies.
fn functions<'a>(tokens: &[Token<'a>]) -> BTreeMap<&'a str, std::ops::Range<usize>> {
    let mut functions = BTreeMap::new();
    for at in 0..tokens.len() {
        let Some(name) = tokens.get(at + 1).filter(|name| name.kind == Kind::Word) else { continue };
        match tokens[at].text {
            "function" => {
                let body = closing(tokens, at + 2) + 1;
                functions.insert(name.text, body..closing(tokens, body));
            }
            "const" | "let" | "var" if tokens.get(at + 2).is_some_and(|sign| sign.text == "=") => {
                if let Some(body) = bound_function(tokens, at + 3) {
                    functions.insert(name.text, body);
                }
            }
            _ => {}
        }
    }
    functions
}

/// The body of `function (…) {…}`, `(…) => …` or `x => …` at a position.
fn bound_function(tokens: &[Token<'_>], at: usize) -> Option<std::ops::Range<usize>> {
    let first = tokens.get(at)?;
    let arrow = match first.text {
        "function" => {
            let head = (at..tokens.len()).find(|at| tokens[*at].text == "(")?;
            let body = closing(tokens, head) + 1;
            return Some(body..closing(tokens, body));
        }
        "(" => closing(tokens, at) + 1,
        _ if first.kind == Kind::Word => at + 1,
        _ => return None,
    };
    if tokens.get(arrow)?.text != "=>" {
        return None;
    }
    let body = arrow + 1;
    if tokens.get(body)?.text == "{" {
        return Some(body..closing(tokens, body));
    }
    let mut depth = 0usize;
    let end = (body..tokens.len()).find(|at| match tokens[*at].text {
        "(" | "[" | "{" => {
            depth += 1;
            false
        }
        ")" | "]" | "}" => {
            depth = depth.saturating_sub(1);
            false
        }
        ";" => depth == 0,
        _ => false,
    });
    Some(body..end.unwrap_or(tokens.len()))
}

/// A function of the script may not be the argument of a call.
fn passing(tokens: &[Token<'_>], functions: &BTreeMap<&str, std::ops::Range<usize>>) -> Result<(), String> {
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => open.push(token.text),
            ")" | "]" | "}" => drop(open.pop()),
            _ => {}
        }
        if at == 0 || token.kind != Kind::Word || !functions.contains_key(token.text) {
            continue;
        }
        let after = tokens.get(at + 1).map_or("", |token| token.text);
        let is_whole = matches!(tokens[at - 1].text, "(" | ",") && matches!(after, ")" | ",");
        if is_whole && open.last() == Some(&"(") {
            return Err(format!("line {}: the function {} cannot be passed on", token.line, token.text));
        }
    }
    Ok(())
}

/// No function may call itself, directly or through others.
fn recursion(tokens: &[Token<'_>], functions: &BTreeMap<&str, std::ops::Range<usize>>) -> Result<(), String> {
    let calls = |body: &std::ops::Range<usize>| -> BTreeSet<&str> {
        let called = body.clone().filter(|at| {
            let is_member = *at > 0 && matches!(tokens[at - 1].text, "." | "?.");
            !is_member && tokens.get(at + 1).is_some_and(|token| token.text == "(")
        });
        called.filter_map(|at| functions.get_key_value(tokens[at].text)).map(|(name, _)| *name).collect()
    };
    let direct: BTreeMap<&str, BTreeSet<&str>> =
        functions.iter().map(|(name, body)| (*name, calls(body))).collect();
    for name in functions.keys() {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&str> = direct[name].iter().copied().collect();
        while let Some(callee) = next.pop() {
            if callee == *name {
                return Err(format!("recursion is not supported: {name}"));
            }
            if reached.insert(callee) {
                next.extend(&direct[callee]);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_appsync_leaves_out_is_refused() {
        let cases = [
            "try { a() } catch (e) {}",
            "throw new Error('x')",
            "while (true) {}",
            "do { } while (x)",
            "for (let i = 0; i < 3; i += 1) {}",
            "for (const x of y) { continue }",
            "let i = 0; i++",
            "const b = ~a",
            "const b = 'a' in c",
            "const r = /a+/",
            "class A {}",
            "async function f() {}",
            "function* g() {}",
            "const f = (n) => n > 0 ? f(n - 1) : 0;",
            "function a() { return b() } function b() { return a() }",
            "function double(x) { return x * 2 } const y = xs.map(double);",
            "const s = xs.sort((a, b) => a - b)",
            "outer: for (const x of y) { break outer }",
            "const p = Promise.resolve(1)",
            "import fs from 'fs'",
            "const x = `${ this.y }`",
        ];
        for code in cases {
            assert!(check(code).is_err(), "this is not refused: {code}");
        }
    }

    #[test]
    fn what_appsync_has_is_allowed() {
        let cases = [
            "import { util, extensions } from '@aws-appsync/utils';",
            "export function request(ctx) { return { payload: null } }",
            "for (const key in object) { total += object[key] }",
            "for (const item of items) { if (item) { break } }",
            "const names = items.map((item) => item.name).sort();",
            "function a() { return 1 } function b() { return a() + a() }",
            "const o = { class: 1, do: 2 }; const p = o.class;",
            "const half = total / 2 / 3;",
            "export { request, response, other };",
            "const t = `while ${ name } /* do */`;",
            "switch (x) { case 1: break; default: break }",
        ];
        for code in cases {
            assert_eq!(check(code), Ok(()), "this is refused: {code}");
        }
    }

    #[test]
    fn a_refusal_names_the_line() {
        assert_eq!(
            check("const a = 1;\nlet b = a;\nb++;"),
            Err("line 3: the operator ++ is not supported".to_owned())
        );
    }

    #[test]
    fn a_long_script_is_refused() {
        assert!(check(&" ".repeat(LONGEST_SCRIPT + 1)).is_err());
    }
}
