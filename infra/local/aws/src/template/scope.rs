//! A stack while it is evaluated: what names in it stand for.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::error::{Place, TemplateError};
use super::options::Options;
use super::physical::{self, Physical};
use super::secrets::Secrets;
use super::stack::Stack;
use super::{dynamic, intrinsics};

/// How many references may lead to one another before they are taken for a circle.
const MAX_DEPTH: u32 = 60;

/// What all stacks of a deployment share while they are evaluated.
pub(crate) struct World<'a> {
    pub(crate) options: &'a Options,
    pub(crate) secrets: &'a dyn Secrets,
    depth: Cell<u32>,
    /// Names, ids and ARNs by stack and logical id: every function asks for those of the table.
    known: RefCell<HashMap<String, Rc<Physical>>>,
}

impl<'a> World<'a> {
    pub(crate) fn new(options: &'a Options, secrets: &'a dyn Secrets) -> Self {
        World { options, secrets, depth: Cell::new(0), known: RefCell::default() }
    }
}

/// One stack and the way up to the root.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) world: &'a World<'a>,
    pub(crate) stack: &'a Stack,
    /// The stack around this one, and the logical id of this one in it.
    parent: Option<(&'a Scope<'a>, &'a str)>,
}

impl<'a> Scope<'a> {
    pub(crate) fn root(world: &'a World<'a>, stack: &'a Stack) -> Self {
        Scope { world, stack, parent: None }
    }

    /// The scope of a nested application.
    pub(crate) fn child<'b>(&'b self, id: &'b str, stack: &'b Stack) -> Scope<'b> {
        Scope { world: self.world, stack, parent: Some((self, id)) }
    }

    /// The scope of the stack around this one.
    pub(crate) fn around(&self) -> Option<Scope<'a>> {
        self.parent.map(|(parent, _)| *parent)
    }

    /// Evaluates a value; none for `AWS::NoValue`.
    pub(crate) fn evaluate(&self, value: &Value, at: &Place) -> Result<Option<Value>, TemplateError> {
        let depth = self.world.depth.get();
        if depth > MAX_DEPTH {
            return Err(at.invalid("references go round in a circle"));
        }
        self.world.depth.set(depth + 1);
        let result = self.evaluate_below(value, at);
        self.world.depth.set(depth);
        result
    }

    fn evaluate_below(&self, value: &Value, at: &Place) -> Result<Option<Value>, TemplateError> {
        let value = match value {
            Value::Object(map) => match intrinsics::call_of(map) {
                Some((name, argument)) => intrinsics::call(self, name, argument, at)?,
                None => Some(Value::Object(self.evaluate_map(map, at)?)),
            },
            Value::Array(items) => {
                let mut evaluated = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    evaluated.extend(self.evaluate(item, &at.within(index))?);
                }
                Some(Value::Array(evaluated))
            }
            scalar => Some(scalar.clone()),
        };
        match value {
            Some(Value::String(text)) => Ok(Some(Value::String(dynamic::resolve(self, text, at)?))),
            other => Ok(other),
        }
    }

    fn evaluate_map(
        &self,
        map: &Map<String, Value>,
        at: &Place,
    ) -> Result<Map<String, Value>, TemplateError> {
        let mut evaluated = Map::new();
        for (name, value) in map {
            if let Some(value) = self.evaluate(value, &at.within(name))? {
                evaluated.insert(name.clone(), value);
            }
        }
        Ok(evaluated)
    }

    /// Evaluates a value that must be text; numbers and flags count as text, as in CloudFormation.
    pub(crate) fn text(&self, value: &Value, at: &Place) -> Result<String, TemplateError> {
        let value = self.evaluate(value, at)?;
        as_text(value.as_ref()).ok_or_else(|| at.invalid("must be text"))
    }

    /// A property of a resource as text, if it is there.
    pub(crate) fn property(&self, id: &str, name: &str) -> Result<Option<String>, TemplateError> {
        let value =
            self.stack.document.resources.get(id).and_then(|resource| resource.get("Properties")?.get(name));
        value.map(|value| self.text(value, &self.stack.place(id).within(name))).transpose()
    }

    /// What `Ref` stands for: a pseudo parameter, a parameter or a resource.
    pub(crate) fn reference(&self, name: &str, at: &Place) -> Result<Option<Value>, TemplateError> {
        let options = self.world.options;
        let text = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::Region" => options.region.clone(),
            "AWS::AccountId" => options.account_id.clone(),
            "AWS::Partition" => "aws".to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            "AWS::StackName" => self.stack.name.clone(),
            "AWS::StackId" => physical::stack_arn(options, &self.stack.name),
            _ if self.stack.document.parameters.contains_key(name) => {
                return self.parameter(name, at).map(Some);
            }
            _ => self.physical(name, at)?.reference.clone(),
        };
        Ok(Some(Value::String(text)))
    }

    /// What `Fn::GetAtt` stands for: an attribute of a resource or an output of a nested application.
    pub(crate) fn attribute(&self, id: &str, name: &str, at: &Place) -> Result<Value, TemplateError> {
        if let (Some(child), Some(output)) = (self.stack.children.get(id), name.strip_prefix("Outputs.")) {
            self.require(id, at)?;
            return self.child(id, child).output(output, at);
        }
        let physical = self.physical(id, at)?;
        let attribute = physical.attributes.get(name);
        attribute
            .map(|value| Value::String(value.clone()))
            .ok_or_else(|| at.invalid(format!("{id} ({}) has no attribute {name} here", self.kind(id))))
    }

    /// The names, ids and ARNs of a resource, worked out once.
    pub(crate) fn physical(&self, id: &str, at: &Place) -> Result<Rc<Physical>, TemplateError> {
        self.require(id, at)?;
        let key = format!("{}/{id}", self.stack.name);
        if let Some(known) = self.world.known.borrow().get(&key) {
            return Ok(known.clone());
        }
        let physical = Rc::new(physical::of(self, id)?);
        self.world.known.borrow_mut().insert(key, physical.clone());
        Ok(physical)
    }

    fn output(&self, name: &str, at: &Place) -> Result<Value, TemplateError> {
        let value = self.stack.document.outputs.get(name).and_then(|output| output.get("Value"));
        let value =
            value.ok_or_else(|| at.invalid(format!("{} has no output {name}", self.stack.template)))?;
        let place = self.stack.place("Outputs").within(name);
        self.evaluate(value, &place)?.ok_or_else(|| place.invalid("has no value"))
    }

    fn parameter(&self, name: &str, at: &Place) -> Result<Value, TemplateError> {
        let declaration = &self.stack.document.parameters[name];
        let place = self.stack.place("Parameters").within(name);
        let given = match self.parent {
            None => {
                let given = self.world.options.parameters.get(name).cloned().map(Value::String);
                given.or_else(|| self.local("Parameters", name).cloned())
            }
            Some((parent, id)) => {
                let value = parent.stack.document.resources[id].pointer("/Properties/Parameters");
                let at = parent.stack.place(id).within("Parameters").within(name);
                match value.and_then(|parameters| parameters.get(name)) {
                    Some(value) => parent.evaluate(value, &at)?,
                    None => None,
                }
            }
        };
        let value = given.or_else(|| declaration.get("Default").cloned());
        let value = value.ok_or_else(|| at.invalid(format!("the parameter {name} has no value")))?;
        check_allowed(declaration, &value, &place)?;
        match declaration.get("Type").and_then(Value::as_str) {
            Some("String" | "Number") => {
                as_text(Some(&value)).map(Value::String).ok_or_else(|| place.invalid("must be text"))
            }
            Some("CommaDelimitedList" | "List<String>" | "List<Number>") => Ok(to_list(value)),
            other => Err(place.invalid(format!("parameters of type {other:?} are not supported"))),
        }
    }

    /// What `Metadata.LocalCloud` of this template says for this machine.
    pub(crate) fn local(&self, section: &str, name: &str) -> Option<&'a Value> {
        self.stack.document.local.get(section)?.get(name)
    }

    /// Whether a resource is created, by its `Condition`.
    pub(crate) fn is_created(&self, id: &str) -> Result<bool, TemplateError> {
        let condition = self.stack.document.resources.get(id).and_then(|resource| resource.get("Condition"));
        match condition {
            None => Ok(true),
            Some(Value::String(name)) => intrinsics::condition(self, name, &self.stack.place(id)),
            Some(_) => Err(self.stack.place(id).within("Condition").invalid("must name a condition")),
        }
    }

    /// Fails unless the resource exists and is created.
    pub(crate) fn require(&self, id: &str, at: &Place) -> Result<(), TemplateError> {
        if !self.stack.document.resources.contains_key(id) {
            return Err(at.invalid(format!("{id} is neither a parameter nor a resource")));
        }
        if !self.is_created(id)? {
            return Err(at.invalid(format!("{id} is not created under these parameters")));
        }
        Ok(())
    }

    /// The type of a resource; empty if it has none.
    pub(crate) fn kind(&self, id: &str) -> &str {
        let resource = self.stack.document.resources.get(id);
        resource.and_then(|resource| resource.get("Type")).and_then(Value::as_str).unwrap_or_default()
    }
}

/// Text, number or flag as text.
pub(crate) fn as_text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn to_list(value: Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => Value::Array(Vec::new()),
        Value::String(text) => text.split(',').map(|item| Value::from(item.trim())).collect(),
        other => other,
    }
}

fn check_allowed(declaration: &Value, value: &Value, place: &Place) -> Result<(), TemplateError> {
    let Some(allowed) = declaration.get("AllowedValues").and_then(Value::as_array) else { return Ok(()) };
    let value = as_text(Some(value));
    if allowed.iter().any(|allowed| as_text(Some(allowed)) == value) {
        return Ok(());
    }
    Err(place.invalid(format!("{} is not among the allowed values", value.unwrap_or_default())))
}
