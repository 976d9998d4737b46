# SPDX-License-Identifier: Apache-2.0
"""GET /metrics, on a listener of its own and nothing else beside it."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from appliance.metrics.registry import Metrics

PATH = "/metrics"


@asynccontextmanager
async def serve(metrics: Metrics, at: str, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """Serve the figures at "host:port" while the context lasts; the real address, for port 0.

    A listener that is open already goes before at; with neither nothing listens. Raises OSError if the address is
    taken.
    """
    if not at and listener is None:
        yield ""
        return
    runner = web.ServerRunner(web.Server(_answers(metrics), access_log=None), shutdown_timeout=1)
    await runner.setup()
    try:
        await _site(runner, at, listener).start()
        yield _bound(runner)
    finally:
        await runner.cleanup()


def _answers(metrics: Metrics) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path != PATH:
            return web.Response(status=404, text="only /metrics is here\n")
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers={"Allow": "GET, HEAD"})
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return answer


def _site(runner: web.ServerRunner, at: str, listener: socket.socket | None) -> web.BaseSite:
    if listener is not None:
        return web.SockSite(runner, listener)
    host, _, port = at.rpartition(":")
    return web.TCPSite(runner, host.strip("[]"), int(port))


def _bound(runner: web.ServerRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
