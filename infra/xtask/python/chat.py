"""Two people sign up, sign in by SRP, and one of them writes to the other, through the deployed application."""

import json
import os
import urllib.request
import uuid

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from pycognito.aws_srp import AWSSRP

PASSWORD = "Correct-horse-7"


class Person:
    """Somebody who signs up and in as an app does."""

    def __init__(self, outputs, name):
        self.pool, self.client = outputs["UserPoolId"], outputs["UserPoolClientId"]
        self.url, self.name = address(outputs), name
        self.email = f"{name.lower()}-{uuid.uuid4()}@example.com"
        self.id = None

    def attributes(self, terms):
        values = {"email": self.email, "name": self.name, "custom:termsVersion": terms}
        return [{"Name": name, "Value": value} for name, value in values.items() if value]

    def signs_up(self, aws, terms="1"):
        answer = aws["cognito-idp"].sign_up(
            ClientId=self.client, Username=self.email, Password=PASSWORD, UserAttributes=self.attributes(terms)
        )
        self.id = answer["UserSub"]
        aws["cognito-idp"].admin_confirm_sign_up(UserPoolId=self.pool, Username=self.email)
        aws["cognito-idp"].admin_update_user_attributes(
            UserPoolId=self.pool, Username=self.email,
            UserAttributes=[{"Name": "email_verified", "Value": "true"}],
        )

    def signs_in(self):
        cognito = boto3.client("cognito-idp", config=Config(signature_version=UNSIGNED))
        srp = AWSSRP(self.email, PASSWORD, self.pool, self.client, client=cognito)
        self.token = srp.authenticate_user()["AuthenticationResult"]["AccessToken"]

    def asks(self, query, **variables):
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Authorization": self.token, "Content-Type": "application/json", "Host": self.host()}
        with urllib.request.urlopen(urllib.request.Request(self.url, body, headers), timeout=120) as answer:
            return json.load(answer)

    def host(self):
        return self.url.split("/")[2]


def address(outputs):
    """The API where the emulator serves it: the host of the output has no address on this machine."""
    return f"{os.environ['AWS_ENDPOINT_URL']}/v1/apis/{outputs['ApiId']}/graphql"


def confirm(aws, root, person):
    """What Cognito does after a confirmation, where the emulator does not."""
    function = root.nested["AccountTriggers"].outputs["OnPostConfirmationArn"]
    event = {
        "version": "1", "triggerSource": "PostConfirmation_ConfirmSignUp", "region": "us-east-1",
        "userPoolId": person.pool, "userName": person.id, "response": {},
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": person.client},
        "request": {"userAttributes": {
            "sub": person.id, "email_verified": "true", "cognito:user_status": "CONFIRMED",
            "email": person.email, "name": person.name, "custom:termsVersion": "1",
        }},
    }
    answer = aws["lambda"].invoke(FunctionName=function, Payload=json.dumps(event))
    if "FunctionError" in answer:
        raise SystemExit(f"on-post-confirmation failed: {answer['Payload'].read()}")


def has_profile(aws, table, person):
    found = aws["dynamodb"].query(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"U#{person.id}"}},
    )
    return found["Count"] > 0


def run(aws, root, report):
    """Fails with what went wrong; adds to the report what the emulator leaves out."""
    outputs = root.outputs
    refused = Person(outputs, "Mallory")
    try:
        refused.signs_up(aws, terms=None)
    except aws["cognito-idp"].exceptions.ClientError as error:
        print(f"sign-up without the terms is refused by on-pre-sign-up: {error.response['Error']['Message']}")
    else:
        raise SystemExit("somebody signed up without the terms: on-pre-sign-up was not asked")

    ann, bob = Person(outputs, "Ann"), Person(outputs, "Bob")
    for person in (ann, bob):
        person.signs_up(aws)
        if not has_profile(aws, outputs["TableName"], person):
            report.leaves_out("the PostConfirmation trigger: on-post-confirmation was invoked by hand", person.name)
            confirm(aws, root, person)
        person.signs_in()
    print("two people signed in by SRP")

    me = expect(ann.asks("{ getMe { id displayName } }"), "getMe")
    same({name: me[name] for name in ("id", "displayName")}, {"id": ann.id, "displayName": "Ann"})
    if len(me) > 2:
        report.leaves_out("the selection of an answer: it comes with all its fields", "getMe")
    print("getMe answers from the deployed function: right")

    create = "mutation($input: CreateDirectConversationInput!) { createDirectConversation(input: $input) { id } }"
    talk = expect(ann.asks(create, input={"userId": bob.id}), "createDirectConversation")["id"]
    send = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { id seq text senderId } }"
    message = {"id": str(uuid.uuid4()), "conversationId": talk, "text": "hello, Bob"}
    sent = expect(ann.asks(send, input=message), "sendMessage")
    again = expect(ann.asks(send, input=message), "sendMessage")
    same(again, sent)
    read = "query($id: ID!) { listMessages(conversationId: $id) { items { id text senderId } } }"
    texts = [item["text"] for item in expect(bob.asks(read, id=talk), "listMessages")["items"]]
    if "hello, Bob" not in texts or texts.count("hello, Bob") != 1:
        raise SystemExit(f"Bob reads {texts}")
    print("a message was sent twice with one id and is there once")

    eve = Person(outputs, "Eve")
    eve.signs_up(aws)
    confirm(aws, root, eve)
    eve.signs_in()
    answer = json.dumps(eve.asks(read, id=talk))
    if "not found" not in answer or "hello, Bob" in answer:
        raise SystemExit(f"a stranger reads {answer}")
    print("a stranger is refused")


def expect(answer, field):
    """The value of a field; ends when there is none."""
    value = (answer.get("data") or {}).get(field)
    if not value:
        raise SystemExit(f"{field}: {json.dumps(answer)}")
    return value


def same(found, wanted):
    if found != wanted:
        raise SystemExit(f"found {found}, wanted {wanted}")
