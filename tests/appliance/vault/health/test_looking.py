# SPDX-License-Identifier: Apache-2.0
"""Which light each dependency shows, at the edges of its limits."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from appliance.cli.certificates import Span, self_signed, site_names
from appliance.config.office_settings import Exchange, ScannerNeed
from appliance.config.settings import Sites, SiteSettings
from appliance.contracts.scanner import ScannerState
from appliance.link import messages as m
from appliance.link.client import LinkClient
from appliance.model.health import LIGHTS, About, Light
from appliance.model.time import DAY, MINUTE, instant
from appliance.model.words import Role, Site
from appliance.vault.gate_watch import GateWatch
from appliance.vault.health.looking import certificate, graded, read, seen
from tests.appliance.vault.world import World

MADE = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def of(world: World, about: About) -> m.Finding:
    """The only finding about something."""
    [found] = [one for one in seen(world.core) if one.about is about]
    return found


@pytest.mark.parametrize(
    ("number", "light"), [(0, Light.GREEN), (0.74, Light.GREEN), (0.75, Light.YELLOW), (0.85, Light.RED)]
)
def test_what_is_full_turns_yellow_before_it_refuses(world: World, number: float, light: Light) -> None:
    assert graded(number, 0.75, 0.85) is light
    world.core.room.records = world.core.room.blobs = number
    for about in (About.RECORDS_ROOM, About.BLOBS_ROOM):
        found = of(world, about)
        assert (found.light, found.number) == (light, round(number * 100))


def test_every_light_that_is_shown_has_words(world: World) -> None:
    assert all(one.light in LIGHTS[one.about] for one in seen(world.core))


@pytest.mark.parametrize(
    ("days", "light", "left"),
    [
        (0, Light.GREEN, 366),
        (336, Light.GREEN, 30),
        (337, Light.YELLOW, 29),
        (360, Light.RED, 6),
        (400, Light.RED, 0),
    ],
)
def test_a_certificate_is_told_while_there_is_time(tmp_path: Path, days: int, light: Light, left: int) -> None:
    file = tmp_path / "portal.pem"
    file.write_bytes(self_signed("portal", site_names("127.0.0.12", ()), Span.around(MADE))[0])
    found = certificate(Site.PORTAL, str(file), instant(MADE) + days * DAY)
    assert found == m.Finding(About.CERTIFICATE, light, "portal", left)


def test_of_a_chain_the_first_that_ends_counts(tmp_path: Path) -> None:
    names, file = site_names("127.0.0.12", ()), tmp_path / "chain.pem"
    spans = (Span.around(MADE), Span.around(MADE - dt.timedelta(days=350)))
    file.write_bytes(b"".join(self_signed("portal", names, span)[0] for span in spans))
    assert certificate(Site.PORTAL, str(file), instant(MADE)).number == 16


def test_a_site_of_another_host_has_no_light_here(world: World) -> None:
    console = SiteSettings("127.0.0.13", certificate="/nowhere/console.pem")
    world.core.settings = replace(world.core.settings, sites=Sites(console=console))
    assert (of(world, About.CERTIFICATE).which, of(world, About.CERTIFICATE).light) == ("console", Light.RED)


@pytest.mark.parametrize("content", [None, b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_certificate_that_cannot_be_read_is_red(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "portal.pem"
    if content is not None:
        file.write_bytes(content)
    found = certificate(Site.PORTAL, str(file), 0)
    assert found.light is Light.RED and found.said.startswith(str(file))


@pytest.mark.parametrize(("days", "light"), [(0, Light.GREEN), (3, Light.GREEN), (4, Light.YELLOW)])
def test_signatures_grow_old(world: World, days: int, light: Light) -> None:
    world.plugins.add("scanner", object(), "scan_memory")
    assert of(world, About.SCANNER) == m.Finding(About.SCANNER, Light.RED, "scan_memory")
    made = world.clock.now() - days * DAY
    world.core.scanners.states["scan_memory"] = ScannerState("memory 1.0", made)
    assert of(world, About.SCANNER) == m.Finding(About.SCANNER, light, "scan_memory", days, "memory 1.0")


@pytest.mark.parametrize(
    ("need", "light"), [(ScannerNeed.IF_THERE, Light.UNKNOWN), (ScannerNeed.REQUIRED, Light.RED)]
)
def test_no_scanner_is_red_where_the_fund_wants_one(world: World, need: ScannerNeed, light: Light) -> None:
    world.core.settings = replace(world.core.settings, exchange=Exchange(scanner=need))
    assert of(world, About.SCANNER).light is light


def test_a_clock_that_went_back_is_red(world: World) -> None:
    assert of(world, About.CLOCK).light is Light.GREEN
    world.core.clock_watch.wrote(world.clock.now() + 2 * MINUTE)
    assert of(world, About.CLOCK).light is Light.RED


def test_a_disk_that_is_not_there_is_red(world: World) -> None:
    world.core.settings = replace(world.core.settings, state="/nowhere")
    assert of(world, About.DISK) == m.Finding(
        About.DISK, Light.RED, "/nowhere/vault", said="No such file or directory"
    )


async def journal(world: World) -> m.Finding:
    """What is told of the journal."""
    [_, found] = await world.core.read(lambda snapshot: read(snapshot, world.core.log, world.clock.now()))
    return found


async def test_when_the_journal_was_verified_is_remembered(world: World) -> None:
    await world.admin(m.AdmitStaff("hara", "原", "a@example.jp", Role.FUND_DESK))
    assert await journal(world) == m.Finding(About.JOURNAL, Light.GREEN, said="never"), "there was no time to"
    world.clock.move(36 * DAY)
    assert await journal(world) == m.Finding(About.JOURNAL, Light.YELLOW, said="never")
    assert (await world.admin(m.VerifyJournal())).ok
    assert await journal(world) == m.Finding(About.JOURNAL, Light.GREEN)
    world.clock.move(36 * DAY)
    assert await journal(world) == m.Finding(About.JOURNAL, Light.YELLOW, number=36)


async def test_a_verification_that_failed_stays_red(world: World) -> None:
    assert not (await world.admin(m.VerifyJournal(against="nonsense"))).ok
    assert (await journal(world)).light is Light.RED
    await world.restart()
    assert (await journal(world)).light is Light.RED
    assert (await world.admin(m.VerifyJournal())).ok
    assert (await journal(world)).light is Light.RED, "a look at the journal alone proves less"
    await world.core.checkpoints.sign_if_grown()
    kept = await world.core.read(lambda snapshot: world.core.checkpoints.latest(snapshot.view))
    assert kept and (await world.admin(m.VerifyJournal(against=kept))).ok
    assert (await journal(world)).light is Light.GREEN


class Line:
    """A line to a gate, which no test here asks anything."""


def test_the_gate_is_shown_with_its_table_and_its_engines(world: World) -> None:
    world.core.gate = GateWatch(cast(LinkClient, Line()))
    assert of(world, About.GATE).light is Light.YELLOW
    states = (m.EngineNow("softether", True), m.EngineNow("wireguard", False, "no such\ndevice"))
    world.core.tunnels.hear(m.GateReport((), (), states))
    assert of(world, About.GATE).light is Light.GREEN
    assert [one for one in seen(world.core) if one.about is About.TUNNEL] == [
        m.Finding(About.TUNNEL, Light.GREEN, "softether"),
        m.Finding(About.TUNNEL, Light.RED, "wireguard", said="no such device"),
    ]
    world.core.tunnels.hear(m.GateReport((), (), table="nft does not answer"))
    assert of(world, About.GATE) == m.Finding(About.GATE, Light.RED, said="nft does not answer")
    world.core.tunnels.lose()
    assert of(world, About.GATE).light is Light.YELLOW
