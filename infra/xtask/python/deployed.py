"""Compares a deployed stack with its transformed templates, signs in, and chats.

    deployed.py STACK FOLDER REPOSITORY

FOLDER holds what transform.py wrote. Prints what was seen; what the emulator does not do is listed as such.
Ends with an error when something that was deployed differs from the templates.
"""

import json
import sys
from pathlib import Path

import chat
from expected import Stack, clients, walk

COMPARED = {}

# What the emulator is known not to do, where it could be taken for a difference.
LEFT_OUT = {
    "AWS::DynamoDB::Table Recovery": "point-in-time recovery of tables: it stays off",
    "AWS::AppSync::FunctionConfiguration": "steps of pipelines: they are made and cannot be asked for",
}


def compares(kind):
    """Marks a function that compares a resource of a kind with what is there."""

    def mark(function):
        COMPARED[kind] = function
        return function

    return mark


class Report:
    """What agrees, what differs, and what the emulator does not know."""

    def __init__(self):
        self.agreed = {}
        self.different = []
        self.unknown = {}

    def compare(self, place, kind, wanted, found):
        """Compares what the template says, value by value, with what is there."""
        for path, value in walk(wanted):
            there = found
            for part in path:
                there = there.get(part) if isinstance(there, dict) else None
            name = f"{kind} {'.'.join(path)}"
            if there is None:
                self.leaves_out(name, place)
            elif str(value).startswith("{{resolve:"):
                # Whatever the secret is, it is not its reference.
                if there == value:
                    self.leaves_out("dynamic references in settings of functions: they stay as they are", place)
            elif canonical(there) != canonical(value) and name in LEFT_OUT:
                self.leaves_out(LEFT_OUT[name], place)
            elif canonical(there) != canonical(value):
                self.different.append(f"{place}: {name} is {there!r}, not {value!r}")
            else:
                self.agreed[kind] = self.agreed.get(kind, 0) + 1

    def leaves_out(self, what, place):
        """Something that the emulator does not do, or does not tell."""
        self.unknown.setdefault(what, []).append(place)


def canonical(value):
    """One form for what AWS's interfaces write in several."""
    if isinstance(value, list):
        return sorted((canonical(item) for item in value), key=str)
    if isinstance(value, dict):
        return {name: canonical(item) for name, item in value.items()}
    return str(value).lower() if isinstance(value, (bool, int, float)) else value


def camel(value):
    """The names of a template as AppSync's interface writes them."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: camel(item) for name, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


@compares("AWS::Lambda::Function")
def function(aws, stack, name, wanted):
    found = aws["lambda"].get_function_configuration(FunctionName=stack.physical[name])
    names = ["Architectures", "Handler", "MemorySize", "Runtime", "Timeout", "Role", "Environment",
             "LoggingConfig", "TracingConfig"]
    return {key: wanted[key] for key in names if key in wanted}, found


@compares("AWS::IAM::Role")
def role(aws, stack, name, wanted):
    names = aws["iam"].list_role_policies(RoleName=stack.physical[name])["PolicyNames"]
    found = {
        policy: aws["iam"].get_role_policy(RoleName=stack.physical[name], PolicyName=policy)["PolicyDocument"]
        for policy in names
    }
    trust = aws["iam"].get_role(RoleName=stack.physical[name])["Role"]["AssumeRolePolicyDocument"]
    policies = {policy["PolicyName"]: policy["PolicyDocument"] for policy in wanted.get("Policies", [])}
    return (
        {"Policies": policies, "AssumeRolePolicyDocument": wanted["AssumeRolePolicyDocument"]},
        {"Policies": found, "AssumeRolePolicyDocument": trust},
    )


@compares("AWS::AppSync::DataSource")
def data_source(aws, stack, name, wanted):
    found = aws["appsync"].get_data_source(apiId=wanted["ApiId"], name=wanted["Name"])["dataSource"]
    return camel({key: value for key, value in wanted.items() if key != "ApiId"}), found


@compares("AWS::AppSync::Resolver")
def resolver(aws, stack, name, wanted):
    found = aws["appsync"].get_resolver(
        apiId=wanted["ApiId"], typeName=wanted["TypeName"], fieldName=wanted["FieldName"]
    )["resolver"]
    return camel(stack.with_script(wanted)), found


@compares("AWS::AppSync::FunctionConfiguration")
def step(aws, stack, name, wanted):
    found = aws["appsync"].get_function(
        apiId=wanted["ApiId"], functionId=stack.attribute(name, "FunctionId")
    )["functionConfiguration"]
    return camel(stack.with_script(wanted)), found


@compares("AWS::AppSync::GraphQLApi")
def api(aws, stack, name, wanted):
    found = aws["appsync"].get_graphql_api(apiId=stack.attribute(name, "ApiId"))["graphqlApi"]
    return camel(wanted), found


@compares("AWS::Lambda::EventSourceMapping")
def source(aws, stack, name, wanted):
    found = aws["lambda"].get_event_source_mapping(UUID=stack.physical[name])
    return {key: value for key, value in wanted.items() if key != "FunctionName"}, found


@compares("AWS::Events::Rule")
def rule(aws, stack, name, wanted):
    # The physical id of a rule of a bus of one's own is BUS|RULE.
    physical = stack.physical[name].split("|")[-1]
    bus = wanted["EventBusName"]
    found = aws["events"].describe_rule(Name=physical, EventBusName=bus)
    targets = aws["events"].list_targets_by_rule(Rule=physical, EventBusName=bus)["Targets"]
    return (
        {"Pattern": wanted["EventPattern"], "Targets": {item["Id"]: item for item in wanted["Targets"]}},
        {"Pattern": json.loads(found["EventPattern"]), "Targets": {item["Id"]: item for item in targets}},
    )


@compares("AWS::Lambda::Permission")
def permission(aws, stack, name, wanted):
    policy = json.loads(aws["lambda"].get_policy(FunctionName=wanted["FunctionName"])["Policy"])
    for statement in policy["Statement"]:
        if statement["Principal"].get("Service") == wanted["Principal"]:
            conditions = [value for test in statement.get("Condition", {}).values() for value in test.values()]
            return (
                {"Action": wanted["Action"], "Sources": [wanted["SourceArn"]]},
                {"Action": statement["Action"], "Sources": conditions},
            )
    return {"Principal": wanted["Principal"]}, {"Principal": "nobody"}


@compares("AWS::Cognito::UserPool")
def user_pool(aws, stack, name, wanted):
    found = aws["cognito-idp"].describe_user_pool(UserPoolId=stack.physical[name])["UserPool"]
    names = ["LambdaConfig", "Policies", "MfaConfiguration", "AutoVerifiedAttributes", "UsernameAttributes",
             "DeletionProtection", "UserPoolTier"]
    return {key: wanted[key] for key in names if key in wanted}, found


@compares("AWS::DynamoDB::Table")
def table(aws, stack, name, wanted):
    physical = stack.physical[name]
    found = aws["dynamodb"].describe_table(TableName=physical)["Table"]
    backups = aws["dynamodb"].describe_continuous_backups(TableName=physical)["ContinuousBackupsDescription"]
    expiry = aws["dynamodb"].describe_time_to_live(TableName=physical)["TimeToLiveDescription"]
    return (
        {
            "KeySchema": wanted["KeySchema"],
            "StreamSpecification": wanted["StreamSpecification"],
            "Indexes": [index["IndexName"] for index in wanted["GlobalSecondaryIndexes"]],
            "Recovery": "ENABLED",
            "Expiry": wanted["TimeToLiveSpecification"]["AttributeName"],
        },
        {
            **found,
            "Indexes": [index["IndexName"] for index in found.get("GlobalSecondaryIndexes", [])],
            "Recovery": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
            "Expiry": expiry.get("AttributeName"),
        },
    )


@compares("AWS::SQS::Queue")
def queue(aws, stack, name, wanted):
    return wanted, aws["sqs"].get_queue_attributes(QueueUrl=stack.physical[name], AttributeNames=["All"])["Attributes"]


@compares("AWS::SQS::QueuePolicy")
def queue_policy(aws, stack, name, wanted):
    found = aws["sqs"].get_queue_attributes(QueueUrl=wanted["Queues"][0], AttributeNames=["Policy"])
    found = json.loads(found.get("Attributes", {}).get("Policy", "{}"))
    return {"PolicyDocument": wanted["PolicyDocument"]}, {"PolicyDocument": found}


@compares("AWS::Logs::LogGroup")
def log_group(aws, stack, name, wanted):
    groups = aws["logs"].describe_log_groups(logGroupNamePrefix=stack.physical[name])["logGroups"]
    found = next((group for group in groups if group["logGroupName"] == stack.physical[name]), {})
    return {"retentionInDays": wanted["RetentionInDays"]}, found


def compare(aws, stack, report):
    """Every resource is there; those of which more can be asked are asked."""
    for name, resource in stack.resources.items():
        kind, place = resource["Type"], f"{stack.template}: {name}"
        if not stack.physical.get(name):
            report.different.append(f"{place}: the {kind} is not there")
            continue
        if kind not in COMPARED:
            report.agreed[kind] = report.agreed.get(kind, 0) + 1
            continue
        try:
            wanted, found = COMPARED[kind](aws, stack, name, stack.resolve(resource.get("Properties", {})))
        except aws["sts"].exceptions.ClientError as error:
            if kind in LEFT_OUT:
                report.leaves_out(LEFT_OUT[kind], place)
                continue
            report.different.append(f"{place}: {error}")
            continue
        report.compare(place, kind, wanted, found)


def compare_outputs(stack, report):
    for name in stack.expected_outputs:
        if not stack.outputs.get(name):
            report.different.append(f"{stack.template}: the output {name} is not there")


def main(name, folder, repository):
    aws, report = clients(), Report()
    root = Stack(aws, name, Path(folder), "template", Path(repository))
    count = 0
    for stack in root.all():
        compare(aws, stack, report)
        compare_outputs(stack, report)
        count += len(stack.resources)
    print(f"compared {count} resources in {len(root.all())} stacks, {sum(report.agreed.values())} values agree:")
    for kind, values in sorted(report.agreed.items()):
        print(f"  {kind}: {values}")
    for line in report.different:
        print(f"differs: {line}")
    chat.run(aws, root, report)
    for what, places in sorted(report.unknown.items()):
        print(f"the emulator leaves out: {what} ({len(places)})")
    if report.different:
        raise SystemExit(f"{len(report.different)} things differ from the templates")


main(*sys.argv[1:])
