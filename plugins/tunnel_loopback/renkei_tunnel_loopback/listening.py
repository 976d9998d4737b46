# SPDX-License-Identifier: Apache-2.0
"""Where kits of the demo connect: POST connect, connected or disconnect, with the form field seat, by HTTP."""

from aiohttp import web

from renkei_tunnel_loopback.engine import LoopbackEngine

HOST = "127.0.0.1"
MOST_BYTES = 4096


class Listener:
    """open() it, at last close() it."""

    def __init__(self, engine: LoopbackEngine) -> None:
        """It listens nowhere yet."""
        self._engine = engine
        self._runner: web.AppRunner | None = None

    async def open(self, port: int) -> None:
        """Listen. Raises OSError."""
        app = web.Application(client_max_size=MOST_BYTES)
        for word, answer in (
            ("connect", self._connect),
            ("connected", self._connected),
            ("disconnect", self._disconnect),
        ):
            app.router.add_post(f"/{word}", answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port).start()
        self._engine.url = f"http://{HOST}:{self._runner.addresses[0][1]}/"

    async def close(self) -> None:
        """Nobody connects any more."""
        self._engine.url = ""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _connect(self, request: web.Request) -> web.Response:
        """204 for a seat that may; its address is that from which it asks."""
        form = await request.post()
        seat, proof = str(form.get("seat", "")), str(form.get("certificate", ""))
        return _answer(self._engine.connect(seat, request.remote or HOST, proof))

    async def _connected(self, request: web.Request) -> web.Response:
        """204 while it is connected."""
        form = await request.post()
        return _answer(self._engine.is_connected(str(form.get("seat", ""))))

    async def _disconnect(self, request: web.Request) -> web.Response:
        """204, whatever was there."""
        form = await request.post()
        self._engine.disconnect(str(form.get("seat", "")))
        return _answer(True)


def _answer(yes: bool) -> web.Response:
    return web.Response(status=204 if yes else 403)
