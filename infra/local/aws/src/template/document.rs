//! One template file, with the short forms of intrinsic functions written out.

use serde_json::{Map, Number, Value};
use serde_yaml_ng::Value as Yaml;

use super::error::{Place, TemplateError};
use super::globals;

/// The sections of a template that matter here.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) parameters: Map<String, Value>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) conditions: Map<String, Value>,
    pub(crate) resources: Map<String, Value>,
    pub(crate) outputs: Map<String, Value>,
    /// `Metadata.LocalCloud`: what CloudFormation passes over.
    pub(crate) local: Map<String, Value>,
}

impl Document {
    /// Reads YAML (or JSON, which is YAML) and applies SAM's `Globals`.
    pub(crate) fn parse(template: &str, text: &str) -> Result<Document, TemplateError> {
        let syntax = |source| TemplateError::Syntax { template: template.to_owned(), source };
        let yaml: Yaml = serde_yaml_ng::from_str(text).map_err(syntax)?;
        let place = Place::new(template, "Template");
        let Value::Object(mut sections) = to_json(yaml, &place)? else {
            return Err(place.invalid("a template must be an object"));
        };
        let mut section = |name: &str| match sections.remove(name) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(section)) => Ok(section),
            Some(_) => Err(Place::new(template, name).invalid("must be an object")),
        };
        let mut document = Document {
            parameters: section("Parameters")?,
            mappings: section("Mappings")?,
            conditions: section("Conditions")?,
            resources: section("Resources")?,
            outputs: section("Outputs")?,
            local: local(section("Metadata")?),
        };
        globals::apply(&section("Globals")?, &mut document.resources);
        Ok(document)
    }
}

fn local(mut metadata: Map<String, Value>) -> Map<String, Value> {
    match metadata.remove("LocalCloud") {
        Some(Value::Object(local)) => local,
        _ => Map::new(),
    }
}

fn to_json(yaml: Yaml, place: &Place) -> Result<Value, TemplateError> {
    match yaml {
        Yaml::Null => Ok(Value::Null),
        Yaml::Bool(flag) => Ok(Value::Bool(flag)),
        Yaml::Number(number) => number_to_json(&number, place),
        Yaml::String(text) => Ok(Value::String(text)),
        Yaml::Sequence(items) => {
            let items = items.into_iter().enumerate();
            let items: Result<_, _> = items.map(|(i, item)| to_json(item, &place.within(i))).collect();
            Ok(Value::Array(items?))
        }
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = key_to_json(key, place)?;
                let value = to_json(value, &place.within(&key))?;
                map.insert(key, value);
            }
            Ok(Value::Object(map))
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let argument = to_json(tagged.value, place)?;
            Ok(long_form(tag.trim_start_matches('!'), argument))
        }
    }
}

fn number_to_json(number: &serde_yaml_ng::Number, place: &Place) -> Result<Value, TemplateError> {
    let json = number
        .as_i64()
        .map(Number::from)
        .or_else(|| number.as_u64().map(Number::from))
        .or_else(|| number.as_f64().and_then(Number::from_f64));
    json.map(Value::Number).ok_or_else(|| place.invalid(format!("{number} is no JSON number")))
}

fn key_to_json(key: Yaml, place: &Place) -> Result<String, TemplateError> {
    match key {
        Yaml::String(text) => Ok(text),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(flag) => Ok(flag.to_string()),
        other => Err(place.invalid(format!("a key must be text, not {other:?}"))),
    }
}

/// `!GetAtt A.B` as `{"Fn::GetAtt": ["A", "B"]}` and so on.
fn long_form(tag: &str, argument: Value) -> Value {
    let (name, argument) = match tag {
        "Ref" | "Condition" => (tag.to_owned(), argument),
        "GetAtt" => {
            let parts = match argument {
                Value::String(path) => match path.split_once('.') {
                    Some((resource, attribute)) => Value::from(vec![resource, attribute]),
                    None => Value::String(path),
                },
                list => list,
            };
            ("Fn::GetAtt".to_owned(), parts)
        }
        other => (format!("Fn::{other}"), argument),
    };
    Value::Object(Map::from_iter([(name, argument)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_forms_are_written_out() {
        let text = "
Outputs:
  A: !Ref Table
  B: !GetAtt Account.Outputs.Arn
  C: !If [IsProd, !Sub '${X}-y', !Ref 'AWS::NoValue']
  D: !GetAtt [Table, Arn]
Conditions:
  Both: !And [!Condition A, !Not [!Equals [!Ref S, x]]]
";
        let document = Document::parse("t.yaml", text).unwrap();
        let expected = json!({
            "A": {"Ref": "Table"},
            "B": {"Fn::GetAtt": ["Account", "Outputs.Arn"]},
            "C": {"Fn::If": ["IsProd", {"Fn::Sub": "${X}-y"}, {"Ref": "AWS::NoValue"}]},
            "D": {"Fn::GetAtt": ["Table", "Arn"]}
        });
        assert_eq!(Value::Object(document.outputs), expected);
        let both =
            json!({"Fn::And": [{"Condition": "A"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "S"}, "x"]}]}]});
        assert_eq!(document.conditions["Both"], both);
    }

    #[test]
    fn a_broken_file_is_named() {
        let error = Document::parse("infra/x.yaml", "Resources: [").unwrap_err();
        assert!(error.to_string().starts_with("infra/x.yaml: "), "{error}");
        let error = Document::parse("infra/x.yaml", "Resources: 3").unwrap_err();
        assert_eq!(error.to_string(), "infra/x.yaml: Resources: must be an object");
    }
}
