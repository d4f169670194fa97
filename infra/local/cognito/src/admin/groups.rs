//! Groups of people.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::Whom;
use crate::cognito::Pools;
use crate::config::Group;
use crate::response::Failure;

#[derive(Deserialize)]
pub(crate) struct InGroup {
    #[serde(flatten)]
    whom: Whom,
    #[serde(rename = "GroupName")]
    group_name: String,
}

impl Pools {
    pub(crate) fn admin_add_user_to_group(&self, request: InGroup) -> Result<Value, Failure> {
        let user = self.whom(&request.whom)?;
        self.check_group(&request.group_name)?;
        self.change(&user.sub, |user| {
            user.groups.insert(request.group_name);
            Ok(())
        })?;
        Ok(json!({}))
    }

    pub(crate) fn admin_remove_user_from_group(&self, request: InGroup) -> Result<Value, Failure> {
        let user = self.whom(&request.whom)?;
        self.check_group(&request.group_name)?;
        self.change(&user.sub, |user| {
            user.groups.remove(&request.group_name);
            Ok(())
        })?;
        Ok(json!({}))
    }

    pub(crate) fn admin_list_groups_for_user(&self, request: Whom) -> Result<Value, Failure> {
        let user = self.whom(&request)?;
        let pool = &self.config.pool;
        let groups = pool.groups.iter().filter(|group| user.groups.contains(&group.name));
        let described: Vec<Value> = groups.map(|group| describe(group, &pool.pool_id)).collect();
        Ok(json!({ "Groups": described }))
    }

    fn check_group(&self, name: &str) -> Result<(), Failure> {
        if self.config.pool.groups.iter().any(|group| group.name == name) {
            return Ok(());
        }
        Err(Failure::not_found("Group not found."))
    }
}

fn describe(group: &Group, pool_id: &str) -> Value {
    let described = json!({
        "GroupName": group.name,
        "UserPoolId": pool_id,
        "Description": group.description,
        "RoleArn": group.role_arn,
        "Precedence": group.precedence,
    });
    crate::request::without_nulls(described)
}
