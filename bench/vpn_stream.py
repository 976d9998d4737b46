# SPDX-License-Identifier: Apache-2.0
"""The whole appliance behind a real engine: how soon a PC is in, and how fast documents come to it."""

import asyncio
import json
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

from bench.measure import ROUNDS, Row, Spread, Stopwatch
from tests.pdf import pdf
from tests.story.notices import TYPE, Notices
from tests.story.onboarding import Onboarding
from tests.story.people import FOUNDERS, OFFICE, People
from tests.story.stage import served
from tests.story.story import sign_in
from tests.story.visitor import Visitor
from tests.story.vpn import VpnStory
from tests.story.vpn_stage import SOFTETHER, VpnStage, equipped, installed
from tests.story.vpn_world import PORTAL_ADDRESS, world

MIB = 1024 * 1024
DOCUMENT_MIB = 64
# Beside the portal's, so that iperf3 goes the same way as the document: both the kernel and the engine let it.
IPERF_PORT = 5201
SECONDS = re.compile(r"\[([23])/3\][^（]*（([0-9.]+) 秒）")
IPERF_SECONDS = 3
GONE_SECONDS = 7


def _open(config: Path) -> None:
    """Let iperf3's port pass where the portal's passes."""
    text = config.read_text("utf-8").replace("ports = [443]", f"ports = [443, {IPERF_PORT}]", 1)
    table = "[plugins.tunnel_softether]\n"
    config.write_text(text.replace(table, f"{table}ports = [443, {IPERF_PORT}]\n", 1), "utf-8")


@asynccontextmanager
async def each_tier(stage: VpnStage) -> AsyncIterator[dict[str, int]]:
    """Gate, vault and web as on an installed host: a process each; their pids."""
    async with AsyncExitStack() as stack:
        yield {
            tier: (await stack.enter_async_context(served(stage.config, (tier,), stage.inside))).pid
            for tier in ("gate", "vault", "web")
        }


@asynccontextmanager
async def _ready(root: Path) -> AsyncIterator[tuple[VpnStory, Visitor]]:
    """A PC that may connect, and a clerk who is signed in."""
    with world() as there:
        stage = await installed(there, root, SOFTETHER)
        _open(stage.config)
        async with equipped(stage, SOFTETHER), each_tier(stage):
            story = VpnStory(stage, lambda line: None)
            people = People(stage, story.done)
            async with stage.visitor("console") as clerk, stage.visitor("console") as desk:
                await story.told.staff_signs_in(clerk)
                await people.desk_comes_in(desk)
                first = await story.pc_becomes_active(Onboarding(stage, story.done, clerk, desk, FOUNDERS[OFFICE]))
                code = await people.code_for(FOUNDERS[OFFICE])
                await story.kit("connect", "--agree")
                async with stage.visitor("portal") as admin:
                    await people.comes_in(admin, first, code)
                    await people.office_registers(admin, OFFICE)
                yield story, clerk


async def rows() -> list[Row]:
    """Connecting again and again, then one document beside iperf3."""
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as root:
        async with _ready(Path(root)) as (story, clerk):
            return [*await _connecting(story), await _download(story, clerk, Path(root))]


async def _connecting(story: VpnStory) -> list[Row]:
    """By the kit's own words: tunnel with address, the portal's first answer; and how long 「切断」 takes."""
    tunnel, portal, whole, leaving = [], [], [], []
    for _ in range(ROUNDS):
        watch = Stopwatch()
        await story.kit("disconnect")
        leaving.append(watch.seconds)
        # The server lists a session that its PC has ended for five seconds more, and no other one beside it.
        await asyncio.sleep(GONE_SECONDS)
        said = dict(SECONDS.findall(await story.kit("connect", "--agree")))
        tunnel.append(float(said["2"]))
        whole.append(float(said["3"]))
        portal.append(whole[-1] - tunnel[-1])
    told = {
        "in: from 「VPN接続を開始」 to the tunnel with its address, SoftEther": (tunnel, ""),
        "in: from the tunnel to the portal's first answer": (portal, ""),
        "in: from 「VPN接続を開始」 to the portal's first answer": (whole, "≤ 1"),
        "out: 「切断」 of the kit, from its start to its end": (leaving, ""),
    }
    return [Row(what, "s", Spread(tuple(values)), want, digits=1) for what, (values, want) in told.items()]


async def _download(story: VpnStory, clerk: Visitor, root: Path) -> Row:
    """MB a second, of the document and of iperf3 in turn."""
    there = story.stage.there
    document = root / "large.pdf"
    document.write_bytes(pdf(1, DOCUMENT_MIB * MIB))
    async with story.stage.visitor("portal") as admin:
        await sign_in(admin, story.stage.people[OFFICE])
        await Notices(story.stage, story.done, clerk, admin, admin).deliver(document, TYPE, OFFICE)
        links = (await admin.get("/notices")).page.links
        link = next(link for link in links if link.endswith("/file"))
        asked = ("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code} %{size_download} %{speed_download}")
        url = f"{story.stage.addresses['portal']}{link}"
        ours, peers = [], []
        with ExitStack() as stack:
            serving = there.appliance.start("iperf3", "-s", "-B", PORTAL_ADDRESS, "-p", str(IPERF_PORT), stdout=-3)
            stack.callback(serving.wait, 10)
            stack.callback(serving.kill)
            for _ in range(ROUNDS):
                said = await asyncio.to_thread(there.pc.run, *asked, "-b", admin.cookies, url, seconds=60)
                code, size, speed = said.split()
                assert (code, int(size)) == ("200", document.stat().st_size), said
                ours.append(float(speed) / 1e6)
                peers.append(await asyncio.to_thread(_iperf, story))
    ratios = tuple(own / other for own, other in zip(ours, peers, strict=True))
    what = f"a document of {DOCUMENT_MIB} MiB through tunnel, portal and vault"
    spreads = (Spread(tuple(ours)), Spread(tuple(peers)), Spread(ratios))
    return Row(what, "MB/s", spreads[0], "≥ 0.6×", "iperf3 in the same tunnel", spreads[1], spreads[2])


def _iperf(story: VpnStory) -> float:
    """MB a second from the appliance to the PC."""
    asked = ("iperf3", "-c", PORTAL_ADDRESS, "-p", str(IPERF_PORT), "-R", "-t", str(IPERF_SECONDS), "-J")
    said = json.loads(story.stage.there.pc.run(*asked, seconds=60))
    return float(said["end"]["sum_received"]["bits_per_second"]) / 8e6
