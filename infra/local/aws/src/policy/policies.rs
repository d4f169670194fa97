//! Policies at work.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use local_core::principal::Principal;
use serde::Serialize;

use super::condition::RequestContext;
use super::pattern;
use super::statement::{Effect, Statement};
use crate::http::Authorizer;

/// Under whose rights somebody acts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The execution role of a function, by the name of its crate.
    Function(String),
    /// Signed-in people with credentials of an identity pool, by its id.
    Members(String),
    /// Guests of an identity pool, by its id.
    Guests(String),
}

/// What each role may do, and what it did.
///
/// The developer may do everything; whoever has no role may do nothing; an explicit deny wins.
#[derive(Debug)]
pub struct Policies {
    region: String,
    roles: BTreeMap<Role, Vec<Rule>>,
}

/// A statement and how often each of its grants decided a request.
#[derive(Debug)]
struct Rule {
    statement: Statement,
    cells: Vec<Cell>,
}

/// The smallest thing that a statement grants: one action, one resource, one pattern of partition keys.
#[derive(Debug)]
struct Cell {
    action: String,
    resource: String,
    leading_keys: Option<String>,
    uses: AtomicU64,
}

/// One action on one resource, as a report names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The function, or `members` or `guests` of the identity pool.
    pub role: String,
    /// Granted or denied.
    pub effect: Effect,
    /// As the statement has it.
    pub action: String,
    /// As the statement has it.
    pub resource: String,
    /// One of the patterns of partition keys that the statement is bound to; none where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leading_keys: Option<String>,
    /// How many requests it fitted.
    pub uses: u64,
}

impl Policies {
    /// No rights for anybody, in this region.
    pub fn new(region: impl Into<String>) -> Self {
        Policies { region: region.into(), roles: BTreeMap::new() }
    }

    /// Adds statements to a role.
    pub fn grant(&mut self, role: Role, statements: impl IntoIterator<Item = Statement>) {
        self.roles.entry(role).or_default().extend(statements.into_iter().map(Rule::new));
    }

    /// Whether somebody may do something; what fits is counted as used.
    pub fn allows(
        &self,
        principal: &Principal,
        action: &str,
        resource: &str,
        context: &RequestContext<'_>,
    ) -> bool {
        let Some(role) = Role::of(principal) else { return true };
        let Some(rules) = self.roles.get(&role) else { return false };
        let (mut allowed, mut denied) = (false, false);
        for rule in rules {
            if rule.fits(action, resource, &self.region, context) {
                match rule.statement.effect {
                    Effect::Allow => allowed = true,
                    Effect::Deny => denied = true,
                }
            }
        }
        allowed && !denied
    }

    /// The grants that some request needed.
    pub fn used(&self) -> Vec<Grant> {
        self.grants().filter(|grant| grant.uses > 0).collect()
    }

    /// The grants that no request needed.
    pub fn unused(&self) -> Vec<Grant> {
        self.grants().filter(|grant| grant.uses == 0).collect()
    }

    fn grants(&self) -> impl Iterator<Item = Grant> {
        self.roles.iter().flat_map(|(role, rules)| rules.iter().flat_map(|rule| rule.grants(role.label())))
    }
}

impl Authorizer for Policies {
    fn allows(&self, caller: &Principal, action: &str, resource: &str, leading_keys: &[String]) -> bool {
        self.allows(caller, action, resource, &RequestContext { leading_keys })
    }
}

impl Role {
    /// The role of somebody; none for the developer, who needs none.
    fn of(principal: &Principal) -> Option<Role> {
        match principal {
            Principal::Developer => None,
            Principal::Function { name } => Some(Role::Function(name.clone())),
            Principal::Identity { pool_id, user_sub: Some(_), .. } => Some(Role::Members(pool_id.clone())),
            Principal::Identity { pool_id, user_sub: None, .. } => Some(Role::Guests(pool_id.clone())),
        }
    }

    fn label(&self) -> &str {
        match self {
            Role::Function(name) => name,
            Role::Members(_) => "members",
            Role::Guests(_) => "guests",
        }
    }
}

impl Rule {
    fn new(statement: Statement) -> Self {
        let bound = statement.leading_keys();
        let patterns: Vec<_> =
            if bound.is_empty() { vec![None] } else { bound.into_iter().map(Some).collect() };
        let mut cells = Vec::new();
        for action in &statement.actions {
            for resource in &statement.resources {
                cells.extend(patterns.iter().map(|pattern| Cell::new(action, resource, *pattern)));
            }
        }
        Rule { statement, cells }
    }

    fn fits(&self, action: &str, resource: &str, region: &str, context: &RequestContext<'_>) -> bool {
        if !self.statement.conditions.iter().all(|condition| condition.holds(region, context)) {
            return false;
        }
        let mut fits = false;
        for cell in self.cells.iter().filter(|cell| cell.names(action, resource)) {
            cell.count(context);
            fits = true;
        }
        fits
    }

    fn grants(&self, role: &str) -> Vec<Grant> {
        let grant = |cell: &Cell| Grant {
            role: role.to_owned(),
            effect: self.statement.effect,
            action: cell.action.clone(),
            resource: cell.resource.clone(),
            leading_keys: cell.leading_keys.clone(),
            uses: cell.uses.load(Ordering::Relaxed),
        };
        self.cells.iter().map(grant).collect()
    }
}

impl Cell {
    fn new(action: &str, resource: &str, leading_keys: Option<&str>) -> Self {
        Cell {
            action: action.to_owned(),
            resource: resource.to_owned(),
            leading_keys: leading_keys.map(str::to_owned),
            uses: AtomicU64::new(0),
        }
    }

    fn names(&self, action: &str, resource: &str) -> bool {
        pattern::matches_action(&self.action, action) && pattern::matches(&self.resource, resource)
    }

    /// A pattern counts as used only by a request with a key of its own: a request without any passes
    /// `ForAllValues`, and needs none of the patterns for it.
    fn count(&self, context: &RequestContext<'_>) {
        let is_used = self
            .leading_keys
            .as_ref()
            .is_none_or(|wanted| context.leading_keys.iter().any(|key| pattern::matches(wanted, key)));
        if is_used {
            self.uses.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/chat";

    fn function(name: &str) -> Principal {
        Principal::Function { name: name.to_owned() }
    }

    fn identity(sub: Option<&str>) -> Principal {
        Principal::Identity {
            pool_id: "pool".to_owned(),
            identity_id: "me".to_owned(),
            user_sub: sub.map(str::to_owned),
            provider: None,
        }
    }

    fn policies(statements: serde_json::Value) -> Policies {
        let mut policies = Policies::new("us-east-1");
        let statements = Statement::parse_document(&json!({"Statement": statements})).unwrap();
        policies.grant(Role::Function("send".to_owned()), statements);
        policies
    }

    fn may(policies: &Policies, who: &Principal, action: &str, resource: &str) -> bool {
        policies.allows(who, action, resource, &RequestContext::default())
    }

    #[test]
    fn a_function_may_do_what_its_statements_allow_and_nothing_else() {
        let policies =
            policies(json!([{"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": TABLE}]));
        let send = function("send");
        assert!(may(&policies, &send, "dynamodb:GetItem", TABLE));
        assert!(!may(&policies, &send, "dynamodb:PutItem", TABLE));
        assert!(!may(&policies, &send, "dynamodb:GetItem", &format!("{TABLE}/index/gsi1")));
        assert!(!may(&policies, &function("other"), "dynamodb:GetItem", TABLE));
    }

    #[test]
    fn an_explicit_deny_wins() {
        let policies = policies(json!([
            {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "dynamodb:DeleteItem", "Resource": "*"}
        ]));
        assert!(may(&policies, &function("send"), "dynamodb:PutItem", TABLE));
        assert!(!may(&policies, &function("send"), "dynamodb:DeleteItem", TABLE));
    }

    #[test]
    fn conditions_bind_a_grant_to_keys() {
        let policies = policies(json!([{
            "Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": TABLE,
            "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "USER#*"}}
        }]));
        let allows = |key: &str| {
            let keys = [key.to_owned()];
            let context = RequestContext { leading_keys: &keys };
            policies.allows(&function("send"), "dynamodb:PutItem", TABLE, &context)
        };
        assert!(allows("USER#1"));
        assert!(!allows("CONVERSATION#1"));
    }

    #[test]
    fn the_developer_may_do_everything_and_strangers_nothing() {
        let policies = policies(json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}]));
        assert!(may(&policies, &Principal::Developer, "dynamodb:DeleteTable", TABLE));
        assert!(!may(&policies, &identity(None), "appsync:GraphQL", "arn:aws:appsync:x"));
    }

    #[test]
    fn members_and_guests_have_roles_of_their_own() {
        let mut policies = Policies::new("us-east-1");
        let field = "arn:aws:appsync:us-east-1:000000000000:apis/a/types/Query/fields/hello";
        policies.grant(
            Role::Members("pool".to_owned()),
            [Statement::allow(&["appsync:GraphQL"], vec![field.to_owned()])],
        );
        assert!(may(&policies, &identity(Some("sub")), "appsync:GraphQL", field));
        assert!(!may(&policies, &identity(None), "appsync:GraphQL", field));
    }

    #[test]
    fn reports_tell_used_grants_from_unused_ones() {
        let policies = policies(json!([
            {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": [TABLE, format!("{TABLE}/index/*")]}
        ]));
        assert!(may(&policies, &function("send"), "dynamodb:Query", &format!("{TABLE}/index/gsi1")));
        let used = policies.used();
        assert_eq!(used.len(), 1);
        assert_eq!(
            (used[0].role.as_str(), used[0].action.as_str(), used[0].uses),
            ("send", "dynamodb:Query", 1)
        );
        assert_eq!(used[0].resource, format!("{TABLE}/index/*"));
        assert_eq!(policies.unused().len(), 3);
    }

    #[test]
    fn reports_tell_used_patterns_of_keys_from_unused_ones() {
        let policies = policies(json!([{
            "Effect": "Allow", "Action": "dynamodb:BatchGetItem", "Resource": TABLE,
            "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["U#*", "C#*", "M#*"]}}
        }]));
        let asks = |keys: &[&str]| {
            let keys: Vec<_> = keys.iter().map(|&key| key.to_owned()).collect();
            let context = RequestContext { leading_keys: &keys };
            policies.allows(&function("send"), "dynamodb:BatchGetItem", TABLE, &context)
        };
        assert!(asks(&[]), "no key is not among the patterns");
        assert_eq!(policies.used(), []);
        assert!(asks(&["U#1", "C#1", "U#2"]));
        assert!(!asks(&["M#1", "X#1"]), "one key that does not fit is enough");
        let used: Vec<_> =
            policies.used().into_iter().map(|grant| (grant.leading_keys, grant.uses)).collect();
        assert_eq!(used, [(Some("U#*".to_owned()), 1), (Some("C#*".to_owned()), 1)]);
        assert_eq!(policies.unused()[0].leading_keys.as_deref(), Some("M#*"));
    }
}
