"""People who are signed in."""

from pycognito import Cognito

import local

POOL = local.pool()


def signed_in(name):
    """Signs up, confirms and signs in; gives the access token."""
    settings = {"user_pool_region": "us-east-1", "boto3_client_kwargs": {"endpoint_url": local.BASE, "aws_access_key_id": "x", "aws_secret_access_key": "x"}}
    email = local.fresh_email(name)
    person = Cognito(POOL["userPoolId"], POOL["userPoolClientId"], username=email, **settings)
    person.set_base_attributes(email=email, name=name)
    person.add_custom_attributes(termsVersion=local.TERMS["custom:termsVersion"])
    person.register(email, local.PASSWORD)
    person.confirm_sign_up(local.code_for(email), username=email)
    person.authenticate(password=local.PASSWORD)
    return person.access_token
