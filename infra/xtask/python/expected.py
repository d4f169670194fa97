"""What the templates say, with the names that the deployed stacks gave to things."""

import json
import re

import boto3

SERVICES = ["appsync", "cloudformation", "cognito-idp", "dynamodb", "events", "iam", "lambda", "logs", "sqs", "sts"]


def clients():
    return {service: boto3.client(service) for service in SERVICES}


def walk(value, path=()):
    """Every value that is not an object, with its path."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from walk(item, (*path, name))
    else:
        yield path, value


class Stack:
    """A deployed stack beside its transformed template."""

    def __init__(self, aws, name, folder, template, repository, scripts="."):
        self.aws, self.template = aws, template
        self.repository, self.scripts = repository, repository / scripts
        content = json.loads((folder / f"{template}.plain.json").read_text())
        self.resources = content["Resources"]
        self.expected_outputs = content.get("Outputs", {})
        described = aws["cloudformation"].describe_stacks(StackName=name)["Stacks"][0]
        self.outputs = {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])}
        self.parameters = {item["ParameterKey"]: item["ParameterValue"] for item in described.get("Parameters", [])}
        self.name, self.id = described["StackName"], described["StackId"]
        resources = aws["cloudformation"].describe_stack_resources(StackName=name)["StackResources"]
        self.physical = {item["LogicalResourceId"]: item.get("PhysicalResourceId") for item in resources}
        self.nested = {
            item: Stack(
                aws, self.physical[item], folder, resource["Properties"]["TemplateURL"].removesuffix(".json"),
                repository, "infra",
            )
            for item, resource in self.resources.items()
            if resource["Type"] == "AWS::CloudFormation::Stack" and self.physical.get(item)
        }

    def all(self):
        return [self, *(stack for nested in self.nested.values() for stack in nested.all())]

    def with_script(self, properties):
        """A script as its text, where the template names its file."""
        rest = dict(properties)
        rest.pop("ApiId")
        if "CodeS3Location" in rest:
            rest["Code"] = (self.scripts / rest.pop("CodeS3Location")).read_text()
        return rest

    def resolve(self, value):
        """A value of the template, with references replaced by what they stand for here."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), = value.items()
            if name == "Ref":
                return self.reference(argument)
            if name == "Fn::GetAtt":
                parts = argument if isinstance(argument, list) else argument.split(".", 1)
                return self.attribute(*parts)
            if name == "Fn::Sub":
                text = argument if isinstance(argument, str) else argument[0]
                return re.sub(r"\$\{([^}!]+)\}", self.substitute, text)
            if name == "Fn::Join":
                return argument[0].join(map(str, self.resolve(argument[1])))
        return {name: self.resolve(item) for name, item in value.items()}

    def substitute(self, match):
        name = match.group(1)
        return str(self.attribute(*name.split(".", 1)) if "." in name else self.reference(name))

    def reference(self, name):
        pseudo = {
            "AWS::AccountId": self.id.split(":")[4],
            "AWS::Partition": "aws",
            "AWS::Region": self.id.split(":")[3],
            "AWS::StackId": self.id,
            "AWS::StackName": self.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        return pseudo.get(name) or self.parameters.get(name, self.physical.get(name))

    def attribute(self, name, attribute):
        """The attributes that the templates use."""
        physical = self.physical[name]
        if attribute.startswith("Outputs."):
            return self.nested[name].outputs.get(attribute.removeprefix("Outputs."))
        kind = self.resources[name]["Type"]
        properties = self.resources[name].get("Properties", {})
        if (kind, attribute) == ("AWS::Lambda::Function", "Arn"):
            return self.aws["lambda"].get_function_configuration(FunctionName=physical)["FunctionArn"]
        if (kind, attribute) == ("AWS::IAM::Role", "Arn"):
            return self.aws["iam"].get_role(RoleName=physical)["Role"]["Arn"]
        if kind == "AWS::DynamoDB::Table":
            table = self.aws["dynamodb"].describe_table(TableName=physical)["Table"]
            return table[{"Arn": "TableArn", "StreamArn": "LatestStreamArn"}[attribute]]
        if (kind, attribute) == ("AWS::SQS::Queue", "Arn"):
            found = self.aws["sqs"].get_queue_attributes(QueueUrl=physical, AttributeNames=["QueueArn"])
            return found["Attributes"]["QueueArn"]
        if (kind, attribute) == ("AWS::SQS::Queue", "QueueName"):
            return physical.rsplit("/", 1)[-1]
        if kind == "AWS::Cognito::UserPool":
            pool = self.aws["cognito-idp"].describe_user_pool(UserPoolId=physical)["UserPool"]
            provider = f"cognito-idp.{self.reference('AWS::Region')}.amazonaws.com/{physical}"
            return {"Arn": pool["Arn"], "ProviderName": provider}[attribute]
        if kind == "AWS::AppSync::GraphQLApi":
            apis = self.aws["appsync"].list_graphql_apis()["graphqlApis"]
            api = next(api for api in apis if physical in (api["apiId"], api["arn"]))
            return {"ApiId": api["apiId"], "Arn": api["arn"], "GraphQLUrl": api["uris"]["GRAPHQL"]}[attribute]
        if kind == "AWS::AppSync::FunctionConfiguration" and attribute == "FunctionId":
            return physical.rsplit("/", 1)[-1]
        if (kind, attribute) == ("AWS::Events::Rule", "Arn"):
            bus = self.resolve(properties["EventBusName"])
            return self.aws["events"].describe_rule(Name=physical.split("|")[-1], EventBusName=bus)["Arn"]
        if kind == "AWS::Events::EventBus":
            bus = self.aws["events"].describe_event_bus(Name=physical)
            return {"Arn": bus["Arn"], "Name": bus["Name"]}[attribute]
        if attribute in properties:
            return self.resolve(properties[attribute])
        raise SystemExit(f"{self.template}: what {name}.{attribute} ({kind}) stands for is not known")
