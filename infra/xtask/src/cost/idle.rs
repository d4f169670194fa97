//! What the templates cost when nobody uses them: the resources that AWS charges for by the month.

use std::path::{Path, PathBuf};

use serde_yaml_ng::Value;

use super::{CostError, Prices};

/// How many of the resources that are charged by the month the templates have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Idle {
    /// Secrets that are always there.
    pub secrets: u32,
    /// Metrics that alarms look at, if alarms are switched on.
    pub alarms: u32,
    /// Dashboards, if they are switched on.
    pub dashboards: u32,
    /// Keys of one's own, if they are switched on; off by default.
    pub keys: u32,
}

impl Idle {
    /// Counts the resources of `template.yaml` and of `infra/*.yaml`.
    pub(super) fn read(root: &Path) -> Result<Self, CostError> {
        let mut idle = Idle::default();
        for path in templates(root)? {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|source| CostError::File { path: name.clone(), source })?;
            idle.count(&text).map_err(|reason| CostError::Content { path: name, reason })?;
        }
        Ok(idle)
    }

    fn count(&mut self, template: &str) -> Result<(), String> {
        let template: Value = serde_yaml_ng::from_str(template).map_err(|error| error.to_string())?;
        let resources = template.get("Resources").and_then(Value::as_mapping);
        for resource in resources.into_iter().flat_map(|resources| resources.values()) {
            match resource.get("Type").and_then(Value::as_str).unwrap_or_default() {
                "AWS::SecretsManager::Secret" if resource.get("Condition").is_none() => self.secrets += 1,
                "AWS::CloudWatch::Alarm" => self.alarms += metrics(resource),
                "AWS::CloudWatch::Dashboard" => self.dashboards += 1,
                "AWS::KMS::Key" => self.keys += 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// Dollars a month: secrets, alarms and dashboards, without what every account has for nothing.
    pub fn dollars(&self, prices: &Prices) -> f64 {
        let (month, free) = (&prices.per_month, &prices.free_per_month);
        f64::from(self.secrets) * month.secret
            + f64::from(self.alarms.saturating_sub(free.alarms)) * month.alarm
            + f64::from(self.dashboards.saturating_sub(free.dashboards)) * month.dashboard
    }

    /// Dollars a month in an account whose free alarms and dashboards are used up.
    pub fn dollars_without_free(&self, prices: &Prices) -> f64 {
        let month = &prices.per_month;
        f64::from(self.secrets) * month.secret
            + f64::from(self.alarms) * month.alarm
            + f64::from(self.dashboards) * month.dashboard
    }
}

fn templates(root: &Path) -> Result<Vec<PathBuf>, CostError> {
    let folder = root.join("infra");
    let file = |source| CostError::File { path: folder.display().to_string(), source };
    let mut all = vec![root.join("template.yaml")];
    for entry in std::fs::read_dir(&folder).map_err(file)? {
        let path = entry.map_err(file)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}

/// How many metrics an alarm is charged for.
fn metrics(alarm: &Value) -> u32 {
    let metrics = alarm.get("Properties").and_then(|props| props.get("Metrics")).and_then(Value::as_sequence);
    let stats =
        metrics.map(|metrics| metrics.iter().filter(|metric| metric.get("MetricStat").is_some()).count());
    stats.map_or(1, |stats| u32::try_from(stats).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_charged_by_the_month_is_counted() {
        let mut idle = Idle::default();
        let template = "Resources:
  A: {Type: AWS::SecretsManager::Secret}
  B: {Type: AWS::SecretsManager::Secret, Condition: Other}
  C: {Type: AWS::CloudWatch::Alarm, Properties: {MetricName: x}}
  D: {Type: AWS::CloudWatch::Alarm, Properties: {Metrics: [{MetricStat: 1}, {MetricStat: 2}, {Expression: x}]}}
  E: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardBody: !Sub 'x'}}
  F: {Type: AWS::KMS::Key, Condition: HasKey}";
        idle.count(template).unwrap();
        assert_eq!(idle, Idle { secrets: 1, alarms: 3, dashboards: 1, keys: 1 });
    }

    #[test]
    fn free_is_what_every_account_has() {
        let prices = Prices::parse(include_str!("../../../prices.toml")).unwrap();
        let idle = Idle { secrets: 1, alarms: 12, dashboards: 1, keys: 0 };
        assert!((idle.dollars(&prices) - 0.6).abs() < 1e-9);
        assert!((idle.dollars_without_free(&prices) - 4.6).abs() < 1e-9);
    }
}
