//! Where and under which name a template is deployed.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What CloudFormation would be told beside the template.
#[derive(Debug, Clone)]
pub struct Options {
    /// The name of the root stack; enters every generated name.
    pub stack_name: String,
    /// The region in ARNs and `AWS::Region`.
    pub region: String,
    /// The account in ARNs and `AWS::AccountId`.
    pub account_id: String,
    /// Where the local cloud answers, such as `http://localhost:4000`; enters the API's URLs.
    pub endpoint: String,
    /// Parameters of the root template; the others have their defaults.
    pub parameters: BTreeMap<String, String>,
    /// The schema to take in place of the one that the template names.
    pub schema: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            stack_name: "smartchat".to_owned(),
            region: "us-east-1".to_owned(),
            account_id: "000000000000".to_owned(),
            endpoint: "http://localhost:4000".to_owned(),
            parameters: BTreeMap::new(),
            schema: None,
        }
    }
}

impl Options {
    /// An ARN of this account and region.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account_id)
    }
}
