"""Python gql over HTTP, and over a WebSocket for subscriptions.

Runs what `python-gql.mjs` asks for: one JSON object a line from standard input, answers on standard output.
"""

import asyncio
import json
import random
import sys
from types import SimpleNamespace

# setup
from gql import Client, GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport


def over_http(url, session):
    headers = {"Authorization": f"Bearer {session.token}"} if session.token else {}
    return AIOHTTPTransport(url=url, headers=headers)


def over_websocket(url, session):
    init = {"token": session.token, "after": session.cursor}
    return WebsocketsTransport(url=url.replace("http", "ws", 1), init_payload=init)


async def query(url, session, document, variables):
    async with Client(transport=over_http(url, session)) as connected:
        return await connected.execute(GraphQLRequest(document, variable_values=variables))


async def follow(url, session, document, variables, wait):
    tries = 0
    while True:
        try:
            async with Client(transport=over_websocket(url, session)) as connected:
                request = GraphQLRequest(document, variable_values={**variables, "after": session.cursor})
                async for item in connected.subscribe(request):
                    tries = 0
                    yield item
        except TransportConnectionFailed:
            pass
        await wait(tries)
        tries += 1


def code(error):
    return error.errors[0]["extensions"]["code"]
# end of setup


async def wait(tries):
    # Short, because the test cuts the connection on purpose.
    await asyncio.sleep(0.02 + random.random() * 0.03)


def answer(**message):
    print(json.dumps(message), flush=True)


async def run(ask, url, session, followed):
    try:
        session.token = ask["token"]
        if ask["do"] == "query":
            data = await query(url, session, ask["document"], ask["variables"])
            answer(id=ask["id"], data=data)
        elif ask["do"] == "follow":
            session.cursor = ask["cursor"]
            items = follow(url, session, ask["document"], ask["variables"], wait)
            async for item in items:
                session.cursor = next(iter(item.values()))["cursor"]
                answer(id=ask["id"], item=item)
        elif ask["do"] == "stop":
            followed[ask["of"]].cancel()
    except TransportQueryError as error:
        answer(id=ask["id"], code=code(error), message=str(error))
    except asyncio.CancelledError:
        answer(id=ask["id"], ended=True)
    except Exception as error:
        answer(id=ask["id"], code=None, message=repr(error))


async def main(url):
    session = SimpleNamespace(token=None, cursor=None)
    loop = asyncio.get_running_loop()
    followed = {}
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        ask = json.loads(line)
        followed[ask["id"]] = loop.create_task(run(ask, url, session, followed))


asyncio.run(main(*sys.argv[1:]))
