# SPDX-License-Identifier: Apache-2.0
"""The least that aiohttp on uvloop can do: `python -m bench.hello HOST PORT CERTIFICATE KEY`."""

import asyncio
import ssl
import sys

import uvloop
from aiohttp import web


async def answer(request: web.BaseRequest) -> web.Response:
    """Hello."""
    return web.Response(text="hello")


async def main(host: str, port: int, certificate: str, key: str) -> None:
    """Serve until ended."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(web.Server(answer), host, port, ssl=context)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
