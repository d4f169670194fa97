//! Alarms, the dashboard and `docs/operations.md` say the same.

use std::collections::BTreeSet;

use local_aws::template::{Deployment, MemorySecrets, Options, Resource};
use serde_json::Value;
use tests::house::{functions, root, text};

/// How many metrics the alarms of an account may look at for nothing.
const FREE_ALARM_METRICS: usize = 10;

/// What the templates describe when somebody watches.
fn watched() -> Deployment {
    let mut options = Options::default();
    options.parameters.insert("AlarmEmail".to_owned(), "operator@example.com".to_owned());
    options.parameters.insert("Dashboard".to_owned(), "on".to_owned());
    Deployment::read(&root().join("template.yaml"), &options, &MemorySecrets::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn of_kind<'a>(deployment: &'a Deployment, kind: &str) -> Vec<&'a Resource> {
    deployment.resources.iter().filter(|resource| resource.kind == kind).collect()
}

/// The metrics that an alarm looks at.
fn metrics(alarm: &Resource) -> Vec<&Value> {
    match alarm.properties["Metrics"].as_array() {
        Some(metrics) => metrics.iter().filter_map(|one| one.pointer("/MetricStat/Metric")).collect(),
        None => vec![&alarm.properties],
    }
}

#[test]
fn every_alarm_has_its_section_and_every_section_its_alarm() {
    let deployment = watched();
    let alarms = of_kind(&deployment, "AWS::CloudWatch::Alarm");
    let page = text("docs/operations.md");
    let part = page.split("\n## ").find(|part| part.starts_with("Alarms")).expect("a part about alarms");
    let sections: BTreeSet<_> = part.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let names: BTreeSet<_> = alarms.iter().map(|alarm| alarm.logical_id.as_str()).collect();
    assert_eq!(sections, names, "left: docs/operations.md, right: infra/operations.yaml");
    for alarm in alarms {
        let link = format!("docs/operations.md#{}", alarm.logical_id.to_lowercase());
        let description = alarm.properties["AlarmDescription"].as_str().unwrap_or_default();
        assert!(description.ends_with(&link), "{}: {description}", alarm.logical_id);
        assert!(alarm.properties["AlarmActions"].as_array().is_some_and(|actions| actions.len() == 1));
    }
    let parts = ["it means", "look at", "do"];
    for section in part.split("\n### ").skip(1) {
        let missing: Vec<_> =
            parts.iter().filter(|part| !section.contains(&format!("\n- **{part}**"))).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", section.lines().next().unwrap_or_default());
    }
}

#[test]
fn alarms_cost_nothing_beside_others_and_exist_only_for_somebody() {
    let deployment = watched();
    let looked_at: usize =
        of_kind(&deployment, "AWS::CloudWatch::Alarm").iter().map(|alarm| metrics(alarm).len()).sum();
    assert!((1..=FREE_ALARM_METRICS).contains(&looked_at), "{looked_at}");
    let quiet =
        Deployment::read(&root().join("template.yaml"), &Options::default(), &MemorySecrets::default());
    let quiet = quiet.unwrap_or_else(|error| panic!("{error}"));
    for kind in ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::SNS::Topic"] {
        assert!(of_kind(&quiet, kind).is_empty(), "{kind}");
    }
}

/// A name that nothing is counted under would be an alarm that never rings.
#[test]
fn alarms_look_at_metrics_that_there_are() {
    let deployment = watched();
    let crates: BTreeSet<_> = functions().into_iter().map(|function| function.name).collect();
    let source = text("shared/lambda/src/metrics.rs");
    let stage = "dev";
    let filters = of_kind(&deployment, "AWS::Logs::MetricFilter");
    assert_eq!(
        filters.len(),
        of_kind(&deployment, "AWS::Logs::LogGroup").iter().filter(|group| group.logical_id == "Logs").count()
    );
    let counted_by_filters = |name: &str| {
        filters.iter().all(|filter| filter.properties["MetricTransformations"][0]["MetricName"] == name)
    };
    let alarms = of_kind(&deployment, "AWS::CloudWatch::Alarm");
    let ours = alarms.into_iter().flat_map(metrics).filter(|metric| metric["Namespace"] == "SmartChat");
    for metric in ours {
        let name = metric["MetricName"].as_str().expect("a name");
        assert!(source.contains(&format!("\"Name\": \"{name}\"")) || counted_by_filters(name), "{name}");
        for dimension in metric["Dimensions"].as_array().into_iter().flatten() {
            match (dimension["Name"].as_str(), dimension["Value"].as_str()) {
                (Some("Stage"), Some(value)) => assert_eq!(value, stage),
                (Some("Operation"), Some(value)) => assert!(crates.contains(value), "{value}"),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}

#[test]
fn the_dashboard_can_be_read_and_stays_small() {
    let deployment = watched();
    let [dashboard] = of_kind(&deployment, "AWS::CloudWatch::Dashboard")[..] else { panic!("one dashboard") };
    let body = dashboard.properties["DashboardBody"].as_str().expect("a text");
    let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    let widgets = body["widgets"].as_array().expect("a list");
    let lines =
        widgets.iter().flat_map(|widget| widget["properties"]["metrics"].as_array().into_iter().flatten());
    let (mut searched, mut named) = (0, 0);
    for line in lines {
        match line[0]["expression"].as_str() {
            Some(expression) => {
                let is_bounded = expression.contains("DESC, 10)") || expression.contains("ErrorType");
                assert!(is_bounded, "{expression}");
                searched += 10;
            }
            None => named += 1,
        }
    }
    assert!(
        searched + named <= 50,
        "{searched} + {named}: the first 50 metrics of a dashboard are for nothing"
    );
    assert!(!body.to_string().contains("${"), "everything is filled in");
}

/// The name in logs and metrics is made of the type of the handler, of which the language promises no form.
#[test]
fn functions_know_their_names() {
    for (name, function) in local::functions::all() {
        assert_eq!(function.name(), name);
    }
}
