"""boto3: the user pool and the identity pool, with the errors that an app must tell apart."""

import time

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

import local

STARTED = time.time()
POOL = local.pool()
SETTINGS = {"region_name": "us-east-1", "endpoint_url": local.BASE, "config": Config(signature_version=UNSIGNED, retries={"max_attempts": 1})}
idp = boto3.client("cognito-idp", **SETTINGS)
identity = boto3.client("cognito-identity", **SETTINGS)
CLIENT = POOL["userPoolClientId"]


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return
    raise AssertionError(f"expected {code}")


email = local.fresh_email("bo")
attributes = [{"Name": name, "Value": value} for name, value in {"email": email, "name": "Bo", **local.TERMS}.items()]
sign_up = {"ClientId": CLIENT, "Username": email, "UserAttributes": attributes}
refused("InvalidPasswordException", idp.sign_up, Password="weak", **sign_up)
refused("ResourceNotFoundException", idp.sign_up, **{**sign_up, "ClientId": "0" * 26}, Password=local.PASSWORD)
without_terms = [one for one in attributes if not one["Name"].startswith("custom:")]
refused("UserLambdaValidationException", idp.sign_up, **{**sign_up, "UserAttributes": without_terms}, Password=local.PASSWORD)
idp.sign_up(Password=local.PASSWORD, **sign_up)
refused("UsernameExistsException", idp.sign_up, Password=local.PASSWORD, **sign_up)
idp.resend_confirmation_code(ClientId=CLIENT, Username=email)
idp.confirm_sign_up(ClientId=CLIENT, Username=email, ConfirmationCode=local.code_for(email))
refused("NotAuthorizedException", idp.confirm_sign_up, ClientId=CLIENT, Username=email, ConfirmationCode="000000")
print("  boto3: signed up and confirmed")

idp.forgot_password(ClientId=CLIENT, Username=email)
changed = local.PASSWORD + "!"
refused("CodeMismatchException", idp.confirm_forgot_password, ClientId=CLIENT, Username=email, ConfirmationCode="000000", Password=changed)
idp.confirm_forgot_password(ClientId=CLIENT, Username=email, ConfirmationCode=local.code_for(email), Password=changed)
# For somebody who is not there the answer looks the same.
idp.forgot_password(ClientId=CLIENT, Username=local.fresh_email("nobody"))
print("  boto3: forgot the password and chose another")

guest = identity.get_id(IdentityPoolId=POOL["identityPoolId"])["IdentityId"]
credentials = identity.get_credentials_for_identity(IdentityId=guest)["Credentials"]
assert credentials["AccessKeyId"] and credentials["SecretKey"] and credentials["SessionToken"]
print("  boto3: a guest has credentials")

local.finish("boto3", STARTED)
