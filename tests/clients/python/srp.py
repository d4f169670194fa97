"""pycognito: SRP, verified tokens, renewal, attributes, changed password, sign-out."""

import time

from botocore import UNSIGNED
from botocore.config import Config
from pycognito import Cognito

import local

STARTED = time.time()
POOL = local.pool()
SETTINGS = {
    "user_pool_region": "us-east-1",
    "botocore_config": Config(signature_version=UNSIGNED),
    "boto3_client_kwargs": {"endpoint_url": local.BASE},
}


def person(**more):
    return Cognito(POOL["userPoolId"], POOL["userPoolClientId"], **SETTINGS, **more)


email = local.fresh_email("pia")
new = person()
new.set_base_attributes(email=email, name="Pia")
new.add_custom_attributes(termsVersion=local.TERMS["custom:termsVersion"])
new.register(email, local.PASSWORD)
new.confirm_sign_up(local.code_for(email), username=email)
print("  pycognito: signed up and confirmed")

pia = person(username=email)
pia.authenticate(password=local.PASSWORD)
me = local.graphql(pia.access_token, "{ getMe { id displayName } }")["data"]["getMe"]
assert me["displayName"] == "Pia", me
assert pia.get_user().sub == me["id"]
print("  pycognito: signed in by SRP, tokens verified against the published keys")

before = pia.access_token
pia.renew_access_token()
assert pia.access_token != before
pia.change_password(local.PASSWORD, local.PASSWORD + "!")
pia.logout()
again = person(username=email)
again.authenticate(password=local.PASSWORD + "!")
print("  pycognito: renewed, changed the password, signed out and in")

local.finish("pycognito", STARTED)
