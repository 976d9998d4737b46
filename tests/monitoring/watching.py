# SPDX-License-Identifier: Apache-2.0
"""An installation whose tiers are processes of their own, with a real Prometheus and Alertmanager of their own."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.monitoring.reading import MONITORING, RULES
from tests.servers.mailbox import mailbox
from tests.story.stage import SITES, Login, Stage, command, free_port, post_to, served, stopped
from tests.story.story import Story

SECONDS = 60
PROCESSES = ("public", "portal", "console", "vault", "gate")


@dataclass
class Watched:
    """scraped are the figures of each process after the story; delivered is what Alertmanager told."""

    stage: Stage
    places: dict[str, str]
    prometheus: str = ""
    scraped: dict[str, str] = field(default_factory=dict)
    delivered: list[dict[str, Any]] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def stop(self, process: str) -> None:
        """End one of its processes."""
        await stopped(self.running[process])

    async def query(self, expr: str) -> list[dict[str, Any]]:
        """What Prometheus answers."""
        answer = json.loads(await fetched(f"{self.prometheus}/api/v1/query", query=expr))
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    async def until(self, expr: str) -> list[dict[str, Any]]:
        """The answer, once there is one."""
        async with asyncio.timeout(SECONDS):
            while not (found := await self.query(expr)):  # noqa: ASYNC110 - it has to be asked
                await asyncio.sleep(0.2)
        return found

    async def told(self, alert: str) -> dict[str, Any]:
        """The alarm, once it was delivered."""
        async with asyncio.timeout(SECONDS), self.came:
            await self.came.wait_for(lambda: self.of(alert))
        return self.of(alert)[0]

    def of(self, alert: str) -> list[dict[str, Any]]:
        """What was delivered of an alarm."""
        return [one for one in self.delivered if one["labels"]["alertname"] == alert]


async def fetched(address: str, **query: str) -> str:
    """A page that is there."""
    async with aiohttp.ClientSession() as http, http.get(address, params=query) as answer:
        text = await answer.text()
        assert answer.status == 200, text
        return text


@asynccontextmanager
async def watched(root: Path) -> AsyncIterator[Watched]:
    """All of it, with the story played."""
    async with AsyncExitStack() as stack:
        seen = await _installed(root / "fund", await stack.enter_async_context(mailbox()))
        for tiers in (("gate",), ("vault",), *(("web", site) for site in SITES)):
            seen.running[tiers[-1]] = await stack.enter_async_context(served(seen.stage.config, tiers))
        await _watch(root, seen, stack)
        await Story(seen.stage, lambda line: None).play()
        for process, place in seen.places.items():
            seen.scraped[process] = await fetched(f"http://{place}/metrics")
        yield seen


async def _installed(root: Path, box: Any) -> Watched:
    """A fresh installation, each process with a place for its figures."""
    port = free_port()
    words = ("--root", str(root), "--demo", "--port", str(port), "--metrics", "", "--json")
    made = json.loads(await command("init", *words))
    stage = Stage(
        config=Path(made["config"]),
        authority=root / "certificates" / "trusted.pem",
        addresses={site: f"https://{address}:{port}" for site, address in SITES.items()},
        staff=Login("", made["login"], made["password"]),
        mailbox=box,
    )
    places = {process: f"127.0.0.1:{free_port()}" for process in PROCESSES}
    text = stage.config.read_text("utf-8")
    for place in places.values():  # in the order of the tables
        text = text.replace('metrics = ""', f'metrics = "{place}"', 1)
    stage.config.write_text(text, "utf-8")
    post_to(box, stage.config)
    return Watched(stage, places)


async def _watch(root: Path, seen: Watched, stack: AsyncExitStack) -> None:
    """Start both programs, with what we ship."""
    webhook = await stack.enter_async_context(_hearing(seen))
    prometheus, alertmanager = (f"127.0.0.1:{free_port()}" for _ in range(2))
    _configure(root, seen.places, alertmanager, webhook)
    for words in (
        ("prometheus", f"--config.file={root}/prometheus.yml", f"--storage.tsdb.path={root}/data", prometheus),
        (
            "prometheus-alertmanager",
            f"--config.file={root}/alertmanager.yml",
            f"--storage.path={root}/told",
            alertmanager,
        ),
    ):
        quiet = ("--cluster.listen-address=",) if "alert" in words[0] else ()
        await stack.enter_async_context(_running(*words[:-1], f"--web.listen-address={words[-1]}", *quiet))
        await _ready(f"http://{words[-1]}")
    seen.prometheus = f"http://{prometheus}"


@asynccontextmanager
async def _running(*words: str) -> AsyncIterator[None]:
    """A program until the block ends."""
    process = await asyncio.create_subprocess_exec(*words, stderr=asyncio.subprocess.DEVNULL)
    try:
        yield
    finally:
        await stopped(process)


async def _ready(address: str) -> None:
    """Return when a program of Prometheus says that it is."""
    async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{address}/-/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass  # it does not listen yet
            await asyncio.sleep(0.1)


@asynccontextmanager
async def _hearing(seen: Watched) -> AsyncIterator[str]:
    """A webhook of our own, by its address."""

    async def heard(request: web.BaseRequest) -> web.Response:
        body = json.loads(await request.text())
        async with seen.came:
            seen.delivered += [{**one, "receiver": body["receiver"]} for one in body["alerts"]]
            seen.came.notify_all()
        return web.Response()

    runner = web.ServerRunner(web.Server(heard))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def _configure(root: Path, places: dict[str, str], alertmanager: str, webhook: str) -> None:
    """What we ship, in a hurry: the same rules and routes, but nobody waits, and a webhook takes the mail."""
    rules, targets = root / "rules.yml", root / "targets.json"
    rules.write_text(re.sub(r"for: \w+", "for: 1s", RULES.read_text("utf-8")))
    known = json.loads((MONITORING / "targets.json").read_text("utf-8"))
    targets.write_text(json.dumps([{**one, "targets": [places[one["labels"]["process"]]]} for one in known]))
    snippet = (MONITORING / "scrape-snippet.yml").read_text("utf-8").replace("interval: 15s", "interval: 1s")
    (root / "prometheus.yml").write_text(
        f"global: {{evaluation_interval: 1s}}\nrule_files: [{rules}]\n"
        f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}\n"
        + snippet.replace("/etc/prometheus/renkei/*.json", str(targets))
    )
    example = (
        (MONITORING / "alertmanager-example.yml").read_text("utf-8").replace("group_wait: 30s", "group_wait: 1s")
    )
    example = re.sub(r"global:\n(?:  smtp_.+\n)+", "", example)
    hooked = re.sub(r"email_configs:\n      - .+", f"webhook_configs: [{{url: '{webhook}'}}]", example)
    (root / "alertmanager.yml").write_text(hooked)
