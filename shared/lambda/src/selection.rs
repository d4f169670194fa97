//! What a request asks for below its field.

use serde::Deserialize;

/// The selection as AppSync tells it, twice and each time with a gap.
///
/// The list has every path, named fragments resolved, but aliases in place of names. The text has names and aliases,
/// but of named fragments only that they are there.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selection {
    #[serde(default)]
    pub(crate) selection_set_list: Vec<String>,
    #[serde(default, rename = "selectionSetGraphQL")]
    pub(crate) selection_set_graphql: String,
}

/// A part of a selection set.
enum Part<'a> {
    Field {
        /// The name in the answer.
        key: &'a str,
        /// The name in the schema.
        name: &'a str,
        below: Vec<Part<'a>>,
    },
    /// A fragment with its fields.
    Inline(Vec<Part<'a>>),
    /// A fragment by its name.
    Spread,
}

impl Selection {
    /// Whether a path is asked for, under whatever aliases.
    ///
    /// It errs on one side only: beside a named fragment, whose aliases nobody can tell, and in a text that cannot be
    /// read, what is not known to be left out counts as asked for.
    pub(crate) fn has(&self, path: &str) -> bool {
        if self.selection_set_list.iter().any(|selected| selected == path) {
            return true;
        }
        if self.selection_set_graphql.is_empty() {
            return false;
        }
        let wanted: Vec<_> = path.split('/').collect();
        let mut reader = Reader { rest: &self.selection_set_graphql };
        reader.set().is_none_or(|parts| self.reaches(&parts, "", &wanted))
    }

    fn reaches(&self, parts: &[Part<'_>], above: &str, wanted: &[&str]) -> bool {
        let [first, rest @ ..] = wanted else { return true };
        parts.iter().any(|part| match part {
            Part::Spread => true,
            Part::Inline(below) => self.reaches(below, above, wanted),
            Part::Field { key, name, below } => {
                let place = format!("{above}{key}");
                // What `@skip` and `@include` leave out is in the text and not in the list.
                name == first
                    && self.selection_set_list.contains(&place)
                    && self.reaches(below, &format!("{place}/"), rest)
            }
        })
    }
}

/// Reads a selection set that AppSync has validated: only what is needed to find names is told apart.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// A set with its braces; none if it is not one.
    fn set(&mut self) -> Option<Vec<Part<'a>>> {
        self.sign("{").then_some(())?;
        let mut parts = Vec::new();
        while !self.sign("}") {
            parts.push(self.part()?);
        }
        Some(parts)
    }

    fn part(&mut self) -> Option<Part<'a>> {
        if self.sign("...") {
            let name = self.name();
            if name.is_some_and(|name| name != "on") {
                self.directives()?;
                return Some(Part::Spread);
            }
            if name.is_some() {
                self.name()?;
            }
            self.directives()?;
            return self.set().map(Part::Inline);
        }
        let key = self.name()?;
        let name = if self.sign(":") { self.name()? } else { key };
        self.arguments()?;
        self.directives()?;
        let below = if self.rest.trim_start().starts_with('{') { self.set()? } else { Vec::new() };
        Some(Part::Field { key, name, below })
    }

    fn directives(&mut self) -> Option<()> {
        while self.sign("@") {
            self.name()?;
            self.arguments()?;
        }
        Some(())
    }

    /// Passes over arguments, if there are any; parentheses in texts do not end them.
    fn arguments(&mut self) -> Option<()> {
        if !self.sign("(") {
            return Some(());
        }
        loop {
            let at = self.rest.find(['"', ')'])?;
            let found = &self.rest[at..];
            self.rest = &found[1..];
            if found.starts_with(')') {
                return Some(());
            }
            let quotes = if found.starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
            self.rest = text_end(&found[quotes.len()..], quotes)?;
        }
    }

    /// Takes a sign, if it comes next.
    fn sign(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        let Some(rest) = rest.strip_prefix(sign) else { return false };
        self.rest = rest;
        true
    }

    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        let is_outside = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
        let (name, rest) = rest.split_at(rest.find(is_outside).unwrap_or(rest.len()));
        if name.is_empty() {
            return None;
        }
        self.rest = rest;
        Some(name)
    }
}

/// What follows a text whose opening quotes were read.
fn text_end<'a>(text: &'a str, quotes: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let at = rest.find(['\\', '"'])?;
        let found = &rest[at..];
        if let Some(after) = found.strip_prefix(quotes) {
            return Some(after);
        }
        // A quote within a block text, or a character that is escaped.
        let passed = if found.starts_with('\\') { 2 } else { 1 };
        rest = found.get(passed..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(list: &[&str], text: &str) -> Selection {
        let selection_set_list = list.iter().map(|&path| path.to_owned()).collect();
        Selection { selection_set_list, selection_set_graphql: text.to_owned() }
    }

    #[test]
    fn a_field_is_found_by_its_name() {
        let selection = selection(&["items", "items/sender"], "{\n  items {\n    sender\n  }\n}");
        assert!(selection.has("items/sender"));
        assert!(!selection.has("sender"));
        assert!(!selection.has("items/text"));
    }

    #[test]
    fn a_field_is_found_behind_aliases() {
        let text =
            "{\n  all: items(filter: {name: \") }\"}) @include(if: $yes) {\n    about: description\n  }\n}";
        let selection = selection(&["all", "all/about"], text);
        assert!(selection.has("items/description"));
        assert!(selection.has("items"));
        assert!(!selection.has("items/title"));
        assert!(!selection.has("description"));
    }

    #[test]
    fn what_a_directive_leaves_out_is_not_asked_for() {
        let selection = selection(&["id"], "{\n  id\n  text: draft @include(if: $yes)\n}");
        assert!(!selection.has("draft"));
    }

    #[test]
    fn inline_fragments_are_looked_into() {
        let text = "{\n  ... on State @skip(if: $no) {\n    text: draft\n  }\n  ... {\n    id\n  }\n}";
        let selection = selection(&["text", "id"], text);
        assert!(selection.has("draft"));
        assert!(!selection.has("version"));
    }

    #[test]
    fn a_named_fragment_may_hold_anything() {
        let selection = selection(&["id", "items", "items/a"], "{\n  id\n  items {\n    ...Row\n  }\n}");
        assert!(selection.has("items/description"));
        assert!(!selection.has("draft"));
    }

    #[test]
    fn texts_end_where_they_end() {
        for text in [
            r#"{ a(b: "\") { draft }") { id } }"#,
            "{ a(b: \"\"\"say \"draft\" \\\"\"\" ) {\"\"\", c: 1) { id } }",
        ] {
            let selection = selection(&["a", "a/id"], text);
            assert!(selection.has("a/id") && !selection.has("draft") && !selection.has("a/draft"), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_may_hold_anything() {
        for text in ["{ id", "id }", "{ ( }", "{ a: }", "{ a(b: \"c) }", "{ é }"] {
            assert!(selection(&["id"], text).has("draft"), "{text}");
        }
        assert!(!selection(&["id"], "").has("draft"));
    }
}
