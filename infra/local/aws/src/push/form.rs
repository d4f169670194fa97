//! The query protocol: forms come in, XML goes out.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::http::{Response, uuid};

const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

/// A form.
#[derive(Debug, Default)]
pub(super) struct Form {
    fields: BTreeMap<String, String>,
}

impl Form {
    pub(super) fn parse(body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body);
        let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
        Form { fields: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// A map in the protocol's flat form: `Name.entry.1.key` and `Name.entry.1.value`.
    pub(super) fn map<'f>(&'f self, name: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
        (1..).map_while(move |n| {
            let key = self.get(&format!("{name}.entry.{n}.key"))?;
            Some((key, self.get(&format!("{name}.entry.{n}.value"))?))
        })
    }

    /// The attributes of a message, those of text.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        (1..).map_while(move |n| {
            let name = self.get(&format!("MessageAttributes.entry.{n}.Name"))?;
            Some((name, self.get(&format!("MessageAttributes.entry.{n}.Value.StringValue"))?))
        })
    }
}

/// An answer around its result.
pub(super) fn answer(action: &str, result: &str) -> Response {
    let metadata = format!("<ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata>", uuid());
    Response::xml(
        200,
        format!(
            "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result>{metadata}</{action}Response>"
        ),
    )
}

pub(super) fn refusal(status: u16, code: &str, message: &str) -> Response {
    let fault = if status < 500 { "Sender" } else { "Receiver" };
    let error = [element("Type", fault), element("Code", code), element("Message", message)].concat();
    let id = element("RequestId", &uuid());
    Response::xml(
        status,
        format!("<ErrorResponse xmlns=\"{NAMESPACE}\"><Error>{error}</Error>{id}</ErrorResponse>"),
    )
}

pub(super) fn element(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{text}</{name}>")
}

pub(super) fn attributes(pairs: &[(&str, &String)]) -> String {
    let entry = |(key, value): &(&str, &String)| {
        format!("<entry>{}{}</entry>", element("key", key), element("value", value))
    };
    format!("<Attributes>{}</Attributes>", pairs.iter().map(entry).collect::<String>())
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
