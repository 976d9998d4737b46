# SPDX-License-Identifier: Apache-2.0
"""A real browser with scripts, for what only scripts do; it is steered by its own protocol (DevTools)."""

import asyncio
import base64
import itertools
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

SECONDS = 60.0
_HEADLESS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--ignore-certificate-errors",
    "--remote-debugging-port=0",
)
# What the browser draws itself, as date fields, is in the language of the pages, where chromium-l10n is installed.
_JAPANESE = {"LANGUAGE": "ja"}


# What a key is called, its code for Windows, and what it types.
_KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "Escape": (27, ""), "ArrowDown": (40, "")}


# A window of its own: a tab behind another one is hidden, and listens to nothing.
_WINDOW = {"url": "about:blank", "newWindow": True}
_OURS = {"secure": True, "httpOnly": True, "sameSite": "Strict", "path": "/"}


class ScriptFailed(AssertionError):
    """A script of the page, or one of the test's own, raised."""


@dataclass
class Tab:
    """One page of the browser."""

    socket: aiohttp.ClientWebSocketResponse
    session: str
    browser: str = ""
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _events: list[dict[str, Any]] = field(default_factory=list)

    async def call(self, method: str, **given: Any) -> Any:
        """What a command of the protocol answers."""
        number = next(self._numbers)
        await self.socket.send_json({"id": number, "method": method, "params": given, "sessionId": self.session})
        while (said := await self._next()).get("id") != number:
            self._events.append(said)
        if "error" in said:
            raise ScriptFailed(f"{method}: {said['error']}")
        return said["result"]

    async def _next(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads((await self.socket.receive(SECONDS)).data)
        return said

    async def happens(self, event: str) -> None:
        """Wait until an event of the protocol has come since the last go()."""
        while not any(said.get("method") == event for said in self._events):
            self._events.append(await self._next())

    async def go(self, address: str) -> None:
        """Open a page, and wait until its scripts have run."""
        await self.call("Page.enable")
        await self.call("Runtime.enable")
        self._events.clear()
        await self.call("Page.navigate", url=address)
        await self.happens("Page.loadEventFired")

    @asynccontextmanager
    async def leaving(self) -> AsyncIterator[None]:
        """What is done in the block leads to another page; wait until that one has loaded."""
        self._events.clear()
        yield
        await self.happens("Page.loadEventFired")

    async def be(self, site: str, cookies: dict[str, str]) -> None:
        """Go on as somebody with these cookies at a site, and with no others."""
        await self.call("Network.clearBrowserCookies")
        for name, value in cookies.items():
            await self.call("Network.setCookie", name=name, value=value, url=site, **_OURS)

    async def wear(
        self,
        width: int,
        height: int,
        *,
        dark: bool = False,
        more: bool = False,
        forced: bool = False,
        paper: bool = False,
    ) -> None:
        """The size of the window in CSS pixels, and what the computer prefers: more contrast, colours of its own.

        paper shows the page as it is printed.
        """
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        prefers = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-contrast": "more" if more else "no-preference",
            "forced-colors": "active" if forced else "none",
        }
        features = [{"name": name, "value": value} for name, value in prefers.items()]
        await self.call("Emulation.setEmulatedMedia", features=features, media="print" if paper else "")

    async def network(self, *, kilobytes: float = -1, delay: int = 0, offline: bool = False) -> None:
        """How many kilobytes a second go either way, -1 for all; how many milliseconds an answer takes at least."""
        a_second = kilobytes * 1000 if kilobytes > 0 else -1
        given = {"offline": offline, "latency": delay, "downloadThroughput": a_second, "uploadThroughput": a_second}
        await self.call("Network.enable")
        await self.call("Network.emulateNetworkConditions", **given)

    async def press(self, key: str, *, back: bool = False) -> None:
        """A key of the keyboard, down and up; back: with Shift."""
        code, text = _KEYS[key]
        given: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 8 if back else 0}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **given, **({"text": text} if text else {}))
        await self.call("Input.dispatchKeyEvent", type="keyUp", **given)

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.call("Input.insertText", text=text)

    async def picture(self, quality: int) -> bytes:
        """What the window shows, as WebP."""
        await self.call("Emulation.setScrollbarsHidden", hidden=True)
        shot = await self.call("Page.captureScreenshot", format="webp", quality=quality)
        return base64.b64decode(shot["data"])

    async def run(self, script: str) -> Any:
        """The value of a script; a promise is waited for."""
        done = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise ScriptFailed(str(done["exceptionDetails"]))
        return done["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait until something holds on the page, looked at whenever the page changes, and when it is whole."""
        await self.run(
            f"""new Promise((done) => {{
                const look = () => ({condition}) && done(true);
                new MutationObserver(look).observe(document, {{
                    subtree: true, childList: true, attributes: true, characterData: true,
                }});
                document.addEventListener("DOMContentLoaded", () => setTimeout(look));
                look();
            }})"""
        )

    async def choose(self, selector: str, *files: Path) -> None:
        """Choose files in a field, as somebody does in the dialog."""
        found = await self.call("Runtime.evaluate", expression=f"document.querySelector('{selector}')")
        names = [str(file) for file in files]
        await self.call("DOM.setFileInputFiles", files=names, objectId=found["result"]["objectId"])

    @property
    def errors(self) -> list[str]:
        """What the page's scripts raised since the last go()."""
        return [str(said["params"]) for said in self._events if said.get("method") == "Runtime.exceptionThrown"]


@asynccontextmanager
async def browsing(program: str, folder: Path, cookie: dict[str, str] | None = None) -> AsyncIterator[Tab]:
    """A browser with a profile of its own in folder, and perhaps with one cookie: {name, value, url}."""
    command = (program, *_HEADLESS, f"--user-data-dir={folder}", "about:blank")
    nowhere = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *command, stdout=nowhere, stderr=asyncio.subprocess.PIPE, env=os.environ | _JAPANESE
    )
    try:
        address = await _address(process)
        async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
            yield await _signed_in(Tab(socket, "", address), cookie)
    finally:
        process.kill()
        # Its children hold the pipe as well; they end with it.
        await process.wait()


@asynccontextmanager
async def another(tab: Tab) -> AsyncIterator[Tab]:
    """One more window of the same browser, with the same cookies."""
    async with aiohttp.ClientSession() as http, http.ws_connect(tab.browser, max_msg_size=0) as socket:
        yield await _signed_in(Tab(socket, "", tab.browser), None)


async def _address(process: asyncio.subprocess.Process) -> str:
    """Where it listens, which it says itself."""
    assert process.stderr is not None
    async with asyncio.timeout(SECONDS):
        while line := (await process.stderr.readline()).decode():
            if "ws://" in line:
                return line[line.index("ws://") :].strip()
    raise ScriptFailed("the browser did not start")


async def _signed_in(tab: Tab, cookie: dict[str, str] | None) -> Tab:
    """A page of its own, with the cookie. Without a session a command is for the browser as a whole."""
    await tab.socket.send_json({"id": 0, "method": "Target.createTarget", "params": _WINDOW})
    target = (await _answer(tab, 0))["targetId"]
    attach = {"targetId": target, "flatten": True}
    await tab.socket.send_json({"id": 0, "method": "Target.attachToTarget", "params": attach})
    tab.session = (await _answer(tab, 0))["sessionId"]
    if cookie is not None:
        await tab.call("Network.setCookie", **_OURS, **cookie)
    return tab


async def _answer(tab: Tab, number: int) -> Any:
    while (said := await tab._next()).get("id") != number:
        continue
    return said["result"]
