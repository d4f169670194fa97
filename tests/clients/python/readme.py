"""The README's snippet for Python, word for word."""

import asyncio
import pathlib
import time

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport

import local
from people import signed_in

STARTED = time.time()
README = (pathlib.Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
SNIPPET = README.split("### From Python\n")[1].split("```python\n")[1].split("```")[0]
NAMES = {
    "AIOHTTPTransport": AIOHTTPTransport,
    "AppSyncJWTAuthentication": AppSyncJWTAuthentication,
    "AppSyncWebsocketsTransport": AppSyncWebsocketsTransport,
    "Client": Client,
    "access_token": signed_in("rea"),
}
exec(SNIPPET.replace("localhost:4000", local.BASE.split("//")[1]), NAMES)


async def main():
    async with NAMES["web"] as session:
        me = (await session.execute(gql("{ getMe { id displayName } }")))["getMe"]
        assert me["displayName"] == "rea", me
        async with NAMES["live"] as live:
            events = live.subscribe(gql("subscription { onEvent { events { type } } }"))
            first = asyncio.ensure_future(anext(events))
            notes = gql("mutation ($id: ID!) { createDirectConversation(input: { userId: $id }) { id } }")
            # gql does not say when the subscription stands; a draft changes as often as one likes.
            conversation = (await session.execute(notes, variable_values={"id": me["id"]}))["createDirectConversation"]["id"]
            draft = gql("mutation ($id: ID!, $text: String) { updateMyConversation(input: { conversationId: $id, draft: $text }) { version } }")
            for attempt in range(50):
                await session.execute(draft, variable_values={"id": conversation, "text": f"draft {attempt}"})
                done, _pending = await asyncio.wait([first], timeout=0.2)
                if done:
                    break
            assert (await asyncio.wait_for(first, 5))["onEvent"]["events"]
            await events.aclose()


asyncio.run(main())
local.finish("README (Python)", STARTED)
