use super::{Files, Options, read, refusal};

/// The output `X` of a template with this value.
fn output(value: &str) -> String {
    let text = format!(
        "
Parameters:
  Stage: {{Type: String, Default: dev, AllowedValues: [dev, prod]}}
  Zones: {{Type: CommaDelimitedList, Default: 'a, b ,c'}}
  Count: {{Type: Number, Default: 3}}
Mappings:
  Sizes:
    dev: {{memory: 128}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Both: !And [!Condition IsDev, !Equals [!Ref Count, '3']]
  Either: !Or [!Condition IsProd, !Equals [a, b]]
Resources:
  Table: {{Type: 'AWS::DynamoDB::Table', Properties: {{StreamSpecification: {{StreamViewType: KEYS_ONLY}}}}}}
  Skipped: {{Type: 'AWS::SQS::Queue', Condition: IsProd}}
Outputs:
  X: {{Value: {value}}}
"
    );
    match read(&text) {
        Ok(deployment) => deployment.outputs["X"].clone(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn functions_yield_what_cloudformation_yields() {
    let cases = [
        ("!Ref Stage", "dev"),
        ("!Ref Count", "3"),
        ("!Ref Table", "smartchat-Table"),
        ("!Ref 'AWS::Region'", "us-east-1"),
        ("!Ref 'AWS::AccountId'", "000000000000"),
        ("!Ref 'AWS::StackName'", "smartchat"),
        ("!Ref 'AWS::Partition'", "aws"),
        ("!GetAtt Table.Arn", "arn:aws:dynamodb:us-east-1:000000000000:table/smartchat-Table"),
        (
            "!GetAtt [Table, StreamArn]",
            "arn:aws:dynamodb:us-east-1:000000000000:table/smartchat-Table/stream/2026-01-01T00:00:00.000",
        ),
        (
            "!Sub '${Table.Arn}/index/${Stage}-${!Literal}'",
            "arn:aws:dynamodb:us-east-1:000000000000:table/smartchat-Table/index/dev-${Literal}",
        ),
        ("!Sub ['${A}-${Stage}', {A: !Select [1, !Ref Zones]}]", "b-dev"),
        ("!Join ['/', [a, !Ref Stage, !Ref Count]]", "a/dev/3"),
        ("!Join ['+', !Ref Zones]", "a+b+c"),
        ("!Select [2, !Split ['/', 'x/y/z']]", "z"),
        ("!FindInMap [Sizes, !Ref Stage, memory]", "128"),
        ("!Base64 abc", "YWJj"),
        ("!If [IsProd, a, b]", "b"),
        ("!If [IsDev, a, b]", "a"),
        ("!If [Both, a, b]", "a"),
        ("!If [Either, a, b]", "b"),
        ("!Join [',', [a, !If [IsProd, b, !Ref 'AWS::NoValue'], c]]", "a,c"),
        ("{Ref: Stage}", "dev"),
        ("{'Fn::GetAtt': Table.Arn}", "arn:aws:dynamodb:us-east-1:000000000000:table/smartchat-Table"),
    ];
    for (value, expected) in cases {
        assert_eq!(output(value), expected, "{value}");
    }
}

#[test]
fn what_cannot_be_resolved_is_named_with_its_place() {
    let place = "template.yaml: Outputs.X: ";
    let cases = [
        ("!Ref Nothing", "Nothing is neither a parameter nor a resource"),
        ("!Ref Skipped", "Skipped is not created under these parameters"),
        ("!GetAtt Table.Colour", "Table (AWS::DynamoDB::Table) has no attribute Colour here"),
        ("!Sub '${Nothing}'", "Nothing is neither a parameter nor a resource"),
        ("!Sub '${Stage'", "Sub has an open ${"),
        ("!If [Unknown, a, b]", "there is no condition Unknown"),
        ("!Select [3, !Ref Zones]", "the list has no item 3"),
        ("!FindInMap [Sizes, prod, memory]", "no mapping Sizes.prod.memory"),
        (
            "!ImportValue other",
            "Fn::ImportValue asks another stack: make it a parameter, and give --parameter NAME=VALUE",
        ),
        ("!Equals [a, b]", "Fn::Equals may only stand in Conditions"),
        ("!Ref Zones", "must be text"),
        ("'{{resolve:ssm:/x}}'", "{{resolve:ssm:/x}} is not supported, only secretsmanager"),
    ];
    for (value, reason) in cases {
        assert_eq!(output(value), format!("{place}{reason}"), "{value}");
    }
}

#[test]
fn a_property_that_cannot_be_resolved_is_named_too() {
    let text = "
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      Tags:
        - Key: a
          Value: !Ref Nothing
";
    let reason = "Nothing is neither a parameter nor a resource";
    assert_eq!(refusal(text), format!("template.yaml: Queue.Tags.0.Value: {reason}"));
}

#[test]
fn circles_are_found() {
    let conditions = "
Conditions:
  A: !Not [!Condition B]
  B: !Not [!Condition A]
Resources:
  Queue: {Type: AWS::SQS::Queue, Condition: A}
";
    assert!(refusal(conditions).ends_with("conditions go round in a circle"));
    let names = "
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt B.QueueName}}
  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt A.QueueName}}
";
    assert!(refusal(names).ends_with("references go round in a circle"));
}

#[test]
fn parameters_are_given_defaulted_and_checked() {
    let files = Files::new(&[(
        "template.yaml",
        "
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod]}
Resources: {}
Outputs:
  X: {Value: !Ref Stage}
",
    )]);
    let given = |stage: &str| {
        let mut options = Options::default();
        options.parameters.insert("Stage".to_owned(), stage.to_owned());
        files.read_with(&options)
    };
    assert_eq!(given("prod").unwrap().outputs["X"], "prod");
    let refused = given("test").unwrap_err().to_string();
    assert_eq!(refused, "template.yaml: Parameters.Stage: test is not among the allowed values");
    let missing = files.read().unwrap_err().to_string();
    assert_eq!(missing, "template.yaml: Outputs.X: the parameter Stage has no value");
}
