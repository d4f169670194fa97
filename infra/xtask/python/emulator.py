"""Starts ministack, with two gaps filled.

CloudFormation transforms nested templates as it does the root template; ministack transforms the root template alone.
Here its own transform is called for nested templates too.
An API has a RealtimeUrl; ministack knows it and does not tell it to templates.
"""

from ministack.app import main
from ministack.services.cloudformation import engine, provisioners
from ministack.services import appsync

deploy = provisioners._cfn_nested_stack_deploy
parse = engine._parse_template
api_handlers = provisioners._RESOURCE_HANDLERS["AWS::AppSync::GraphQLApi"]
create_api = api_handlers["create"]


def deploy_transformed(*arguments, **named):
    """Deploys a nested stack; what is parsed meanwhile is a nested template."""
    engine._parse_template = lambda body: engine._apply_transforms(parse(body))
    try:
        return deploy(*arguments, **named)
    finally:
        engine._parse_template = parse


def create_api_with_realtime_url(*arguments, **named):
    api_id, attributes = create_api(*arguments, **named)
    return api_id, {**attributes, "RealtimeUrl": appsync._apis[api_id]["uris"]["REALTIME"]}


provisioners._cfn_nested_stack_deploy = deploy_transformed
api_handlers["create"] = create_api_with_realtime_url
main()
