"""What the scenarios need of the local cloud beside the clients under test."""

import json
import os
import time
import urllib.parse
import urllib.request
import uuid

BASE = os.environ.get("SMARTCHAT_URL", "http://localhost:4000")
PASSWORD = "Correct-horse-7"
TERMS = {"custom:termsVersion": "1"}


def get(path):
    with urllib.request.urlopen(BASE + path, timeout=10) as answer:
        return json.load(answer)


def config():
    return get("/_local/amplify")


def pool():
    return config()["Auth"]["Cognito"]


def code_for(email):
    mails = get("/_local/mails?to=" + urllib.parse.quote(email))
    codes = [mail["code"] for mail in mails if mail.get("code")]
    assert codes, "no code was mailed"
    return codes[-1]


def fresh_email(name):
    return f"{name}.{uuid.uuid4().hex[:8]}@example.com"


def graphql(token, query, variables=None):
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    headers = {"content-type": "application/json", "authorization": token}
    request = urllib.request.Request(BASE + "/graphql", body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def finish(name, started):
    print(f"{name}: 1 passed, 0 failed in {time.time() - started:.1f} s")
