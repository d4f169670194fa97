"""gql: query, mutation, typed error, subscription over both transports of AppSync, reconnect."""

import asyncio
import time
import uuid

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import TransportQueryError

import local
from people import signed_in

STARTED = time.time()
ON_EVENT = gql("subscription { onEvent { events { type seq message { text sender { displayName } } } } }")
SEND = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id seq } }"


async def main():
    gus, bob = signed_in("gus"), signed_in("bob")
    bob_id = local.graphql(bob, "{ getMe { id } }")["data"]["getMe"]["id"]
    host = local.BASE.split("//")[1]
    auth = AppSyncJWTAuthentication(host=host, jwt=gus)
    web = Client(transport=AIOHTTPTransport(url=f"{local.BASE}/graphql", auth=auth), fetch_schema_from_transport=False)
    socket = local.BASE.replace("http://", "ws://") + "/graphql"

    async with web as session:
        made = await session.execute(gql("mutation ($input: CreateDirectConversationInput!) { createDirectConversation(input: $input) { id } }"), variable_values={"input": {"userId": bob_id}})
        conversation = made["createDirectConversation"]["id"]
        try:
            await session.execute(gql("query ($id: ID!) { getConversation(conversationId: $id) { id } }"), variable_values={"id": "d-" + "0" * 32})
            raise AssertionError("expected NotFound")
        except TransportQueryError as error:
            assert error.errors[0]["errorType"] == "NotFound", error.errors
        sent = await session.execute(gql(SEND), variable_values={"input": {"id": str(uuid.uuid4()), "conversationId": conversation, "text": "hello from gus"}})
        assert sent["sendMessage"]["seq"] == 1
    print("  gql: query, mutation and typed error")

    for text in ["hello live", "hello again, on a new connection"]:
        async with Client(transport=AppSyncWebsocketsTransport(url=socket, auth=auth)) as session:
            events = session.subscribe(ON_EVENT)
            first = asyncio.ensure_future(anext(events))
            # gql does not say when the subscription stands: repeat until it is heard.
            for _ in range(50):
                local.graphql(bob, SEND, {"input": {"id": str(uuid.uuid4()), "conversationId": conversation, "text": text}})
                done, _pending = await asyncio.wait([first], timeout=0.2)
                if done:
                    break
            batch = (await asyncio.wait_for(first, 5))["onEvent"]["events"]
            assert batch[0]["message"] == {"text": text, "sender": {"displayName": "bob"}}, batch
            await events.aclose()
    print("  gql: subscription and a second connection")


asyncio.run(main())
local.finish("gql", STARTED)
