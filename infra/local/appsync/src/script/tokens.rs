//! The tokens of a script, as far as AppSync's rules need them.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    Text,
    Regex,
    Sign,
}

/// A token and the line where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) line: usize,
}

/// Signs of several characters that matter here; all others come one by one.
const LONG_SIGNS: [&str; 5] = ["++", "--", "=>", "...", "?."];
/// Words after which a `/` begins a regular expression.
const BEFORE_REGEX: [&str; 8] = ["return", "typeof", "case", "in", "of", "delete", "void", "else"];

/// Splits a script. The expressions within template strings are tokens too.
pub(super) fn split(code: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { code, at: 0, line: 1, tokens: Vec::new(), templates: Vec::new() };
    while lexer.at < code.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    code: &'a str,
    at: usize,
    line: usize,
    tokens: Vec<Token<'a>>,
    /// For each template string whose expression is open: how many braces are open within the expression.
    templates: Vec<usize>,
}

impl<'a> Lexer<'a> {
    fn step(&mut self) {
        let rest = &self.code[self.at..];
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_whitespace() {
            self.advance(first.len_utf8());
        } else if rest.starts_with("//") {
            self.advance(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.advance(rest.find("*/").map_or(rest.len(), |end| end + 2));
        } else if first == '"' || first == '\'' {
            let length = quoted(rest, first);
            self.push(Kind::Text, length);
        } else if first == '`' {
            self.template(1);
        } else if first.is_alphabetic() || first == '_' || first == '$' {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            self.push(Kind::Word, rest.find(|c| !is_part(c)).unwrap_or(rest.len()));
        } else if first.is_ascii_digit() {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
            self.push(Kind::Number, rest.find(|c| !is_part(c)).unwrap_or(rest.len()));
        } else if first == '/' && self.regex_may_begin() {
            self.push(Kind::Regex, regex(rest));
        } else {
            self.sign(rest, first);
        }
    }

    fn sign(&mut self, rest: &str, first: char) {
        match (first, self.templates.last_mut()) {
            ('}', Some(0)) => {
                self.templates.pop();
                return self.template(1);
            }
            ('}', Some(open)) => *open -= 1,
            ('{', Some(open)) => *open += 1,
            _ => {}
        }
        let long = LONG_SIGNS.iter().find(|sign| rest.starts_with(**sign));
        self.push(Kind::Sign, long.map_or(first.len_utf8(), |sign| sign.len()));
    }

    /// The text of a template string up to its end or its next expression.
    fn template(&mut self, skipped: usize) {
        let rest = &self.code[self.at..];
        let mut end = skipped;
        while end < rest.len() {
            match rest.as_bytes()[end] {
                b'\\' => end += 2,
                b'`' => return self.push(Kind::Text, end + 1),
                b'$' if rest.as_bytes().get(end + 1) == Some(&b'{') => {
                    self.templates.push(0);
                    return self.push(Kind::Text, end + 2);
                }
                _ => end += 1,
            }
        }
        self.push(Kind::Text, rest.len());
    }

    fn regex_may_begin(&self) -> bool {
        match self.tokens.last() {
            None => true,
            Some(Token { kind: Kind::Word, text, .. }) => BEFORE_REGEX.contains(text),
            Some(Token { kind: Kind::Sign, text, .. }) => !matches!(*text, ")" | "]" | "}"),
            Some(_) => false,
        }
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let end = (self.at + length).min(self.code.len());
        let text = self.code.get(self.at..end).unwrap_or(&self.code[self.at..]);
        self.tokens.push(Token { kind, text, line: self.line });
        self.advance(text.len());
    }

    fn advance(&mut self, length: usize) {
        let end = (self.at + length.max(1)).min(self.code.len());
        self.line += self.code.as_bytes()[self.at..end].iter().filter(|byte| **byte == b'\n').count();
        self.at = end;
    }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn regex(rest: &str) -> usize {
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(code: &str) -> Vec<&str> {
        split(code).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_strings_hide_what_is_in_them() {
        assert_eq!(texts("a /* while */ = 'try' // do"), ["a", "=", "'try'"]);
    }

    #[test]
    fn expressions_in_templates_are_tokens() {
        assert_eq!(
            texts("`a ${ {b: 1}.b } c ${d}`"),
            ["`a ${", "{", "b", ":", "1", "}", ".", "b", "} c ${", "d", "}`"]
        );
    }

    #[test]
    fn division_is_no_regular_expression() {
        assert!(split("a / b / c").iter().all(|token| token.kind != Kind::Regex));
        assert_eq!(split("x = /a[/]b/").last().map(|token| token.kind), Some(Kind::Regex));
    }

    #[test]
    fn lines_are_counted() {
        assert_eq!(split("a\n\nb").last().map(|token| token.line), Some(3));
    }
}
