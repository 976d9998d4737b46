# SPDX-License-Identifier: Apache-2.0
"""The vault as a service: opened on real stores, stopped, opened again; refused where it cannot be right."""

import datetime as dt
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config.decode import ConfigError
from appliance.config.settings import CalendarSettings, Demo, Door, Settings
from appliance.contracts.plugin import PluginError
from appliance.contracts.records import StoreError
from appliance.host.refused import StartRefused
from appliance.host.system import DemoClock, SystemClock
from appliance.link import messages as m
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.time import DAY, HOUR, instant
from appliance.model.words import Role, Site
from appliance.testing.clock import FakeClock
from appliance.testing.hosting import place_file
from appliance.vault.records.form import FORM, form_of, put_form
from appliance.vault.service import clock_of, offline, opened
from tests.appliance.vault.place import (
    CONTRACT,
    Place,
    asked,
    clerk_token,
    deliver,
    downloaded,
    journal,
    kinds,
    user_token,
)
from tests.appliance.vault.world import CONTENT
from tests.ready import ready_office, ready_person

PLUGIN = '''\
"""A plugin that counts, by itself and when somebody asks."""
from appliance.contracts.action import Action, ActionAnswer
from appliance.contracts.plugin import Plugin, hookimpl
from appliance.link.messages import ListOffices
from appliance.model.words import Site

TIER = "vault"


class Counter(Plugin):
    @hookimpl
    def register_action(self):
        return [Action("counter.add", frozenset({Site.CONSOLE}), frozenset(), None, self.add)]

    async def add(self, request):
        count = int(await self.services.records.get("count") or b"0") + 1
        await self.services.records.put("count", str(count).encode())
        offices = await self.services.ask(ListOffices())
        return ActionAnswer({"count": str(count), "offices": str(len(offices.rows))})
'''


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.at(tmp_path)


# --- from start to stop -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "warns"), [("2027-11-01", False), ("2027-11-02", True), ("2028-01-05", True)])
async def test_a_calendar_that_ends_is_told_at_the_start(
    place: Place, caplog: pytest.LogCaptureFixture, start: str, warns: bool
) -> None:
    place.clock.step(instant(dt.datetime.fromisoformat(f"{start}T10:00:00+09:00")) - place.clock.now())
    async with place.running():
        pass
    assert ("the table of holidays" in caplog.text) is warns


async def test_a_table_of_holidays_that_is_not_there_stops_the_start(place: Place) -> None:
    place.settings = replace(place.settings, calendar=CalendarSettings(holidays="/nowhere/syukujitsu.csv"))
    with pytest.raises(ConfigError, match=r"^calendar\.holidays: /nowhere/syukujitsu\.csv cannot be read"):
        async with place.running():
            pass


async def test_what_was_kept_is_there_after_a_restart(place: Place) -> None:
    async with place.running() as vault:
        office = await ready_office(vault.core, 1, CONTRACT)
        user = await ready_person(vault.core, office, "Yamada01", Role.OFFICE_ADMIN)
        notice = await deliver(vault, await clerk_token(vault), office)
    async with place.running() as vault:
        assert await downloaded(vault, await user_token(vault, user.password), notice) == CONTENT
        verdict = await vault.ask(m.VerifyJournal())
        assert verdict.ok, verdict
        found = await kinds(vault)
    assert found[0] is Kind.VAULT_STARTED
    assert found.count(Kind.VAULT_STARTED) == 2 and found.count(Kind.VAULT_STOPPED) == 1
    assert found[-2:] == [Kind.NOTICE_RECEIVED, Kind.JOURNAL_VERIFIED]


async def test_a_visit_outlives_a_restart(place: Place) -> None:
    async with place.running() as vault:
        token = await clerk_token(vault)
    async with place.running() as vault:
        assert (await asked(vault, Site.CONSOLE, m.OpenMenu(), token)).visitor.name == "基金"


async def test_the_end_is_signed(place: Place) -> None:
    async with place.running() as vault:
        pass
    async with place.running() as vault:
        (note,) = await vault.core.read(lambda snapshot: vault.core.checkpoints.page(snapshot.view, 2, 1))
    assert note.startswith("renkei-gateway/123456\n2\n")


async def test_the_room_is_measured_before_anybody_comes(place: Place) -> None:
    place.settings = replace(
        place.settings, vault=replace(place.settings.vault, refuse_uploads_at=0.0, refuse_changes_at=1.0)
    )
    async with place.running() as vault:
        assert 0 < vault.core.room.blobs < 1
        with pytest.raises(Refused) as caught:
            vault.core.room.need_for_uploads()
        assert caught.value.why is Why.FULL


async def test_before_it_is_open_there_is_nothing_to_use(place: Place) -> None:
    with pytest.raises(PluginError, match="not been opened yet"):
        _ = place.vault().core
    await place.vault().stop()


# --- starts that are refused --------------------------------------------------------------------------------------


async def test_a_second_vault_on_the_same_stores_is_refused(place: Place) -> None:
    async with place.running() as vault:
        with pytest.raises(BaseExceptionGroup) as caught:
            async with offline(place.settings, place.config):
                pass
        assert caught.group_contains(StartRefused, match="records_lmdb")
        await vault.ask(m.AdmitStaff("hara", "原", "a@example.jp", Role.FUND_DESK))
    async with offline(place.settings, place.config) as ask:
        assert [row.login for row in (await ask(m.AskStaff())).rows] == ["hara"]


async def test_offline_raises_what_the_vault_refuses(place: Place) -> None:
    with pytest.raises(BaseExceptionGroup) as caught:
        async with opened(place.settings, place.config) as vault:
            await vault.ask(m.AdmitStaff("a b", "原", "a@example.jp", Role.FUND_DESK))
    assert caught.group_contains(Refused, match="login.staff_form")


async def test_another_master_key_opens_nothing_and_harms_nothing(place: Place) -> None:
    async with place.running() as vault:
        await vault.ask(m.AdmitStaff("hara", "原", "a@example.jp", Role.FUND_DESK))
    key = place.root / "credentials" / "master.key"
    right = key.read_bytes()
    key.chmod(0o600)
    key.write_bytes(b"x" * 32)
    with pytest.raises(StartRefused, match=r"master\.key"):
        async with place.running():
            pass
    key.write_bytes(right)
    async with place.running() as vault:
        assert (await vault.ask(m.AskStatus())).journal_size == 4


async def test_records_of_a_newer_version_are_refused_and_left_as_they_are(place: Place) -> None:
    async with place.running() as vault:
        assert (await form_of(vault.core.records)).number == FORM
        await put_form(vault.core.records, FORM + 1, "9.9.9")
    with pytest.raises(StartRefused, match=r"install 9\.9\.9 or a newer version again; nothing was changed"):
        async with place.running():
            pass


@pytest.mark.parametrize("name", ["master.key", "pepper.key", "journal.key"])
async def test_a_start_that_fails_half_way_lets_go_of_everything(place: Place, name: str) -> None:
    key = place.root / "credentials" / name
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(ConfigError, match=name.replace(".", r"\.")):
        async with place.running():
            pass
    key.write_bytes(kept)
    key.chmod(0o400)
    async with place.running() as vault:
        assert await kinds(vault) == [Kind.VAULT_STARTED]


async def test_without_a_rights_policy_there_is_no_vault(place: Place) -> None:
    place.settings = replace(place.settings, plugins={**place.settings.plugins, "nobody": {}})
    with pytest.raises(StartRefused, match="nobody"):
        async with place.running():
            pass


@pytest.mark.parametrize(
    ("door", "key"),
    [
        (Door(staff_factor="otp_pigeon"), "staff_factor"),
        (Door(mailed_factor="otp_pigeon"), "mailed_factor"),
        (Door(app_factor="otp_pigeon"), "app_factor"),
    ],
)
async def test_a_second_factor_that_is_not_there_stops_the_start(place: Place, door: Door, key: str) -> None:
    place.settings = replace(place.settings, door=door)
    with pytest.raises(StartRefused, match=rf"\[door\]: `{key}` names otp_pigeon"):
        async with place.running():
            pass


async def test_a_store_that_broke_keeps_no_vault_from_stopping(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(work: object) -> None:
        raise StoreError("broken")

    with caplog.at_level(logging.ERROR):
        async with place.running() as vault:
            monkeypatch.setattr(vault.core.writer, "commit", broken)
    assert "the last entry could not be written" in caplog.text
    async with place.running() as vault:
        assert await kinds(vault) == [Kind.VAULT_STARTED] * 2


# --- clocks -------------------------------------------------------------------------------------------------------


async def test_a_clock_that_went_back_while_nobody_looked_is_noticed(place: Place) -> None:
    async with place.running() as vault:
        added = await ready_person(vault.core, "", "clerk", Role.FUND_CLERK)
    place.clock.step(-HOUR)
    async with place.running() as vault:
        assert (await kinds(vault))[-1] is Kind.CLOCK_BEHIND
        with pytest.raises(Refused, match=r"refused\.clock"):
            await asked(vault, Site.CONSOLE, m.ArriveStaff("clerk", added.password))


async def test_the_demos_clock_goes_on_from_the_last_entry(place: Place) -> None:
    start = place.clock.now()
    place.clock.move(3 * DAY)
    async with place.running() as vault:
        last = place.clock.now()
    demo = DemoClock(FakeClock(), start)
    place.clock = demo  # type: ignore[assignment]
    async with place.running() as vault:
        assert (await kinds(vault))[-1] is Kind.VAULT_STARTED
        assert demo.now() == last


def test_the_clock_is_the_machines_or_the_demos() -> None:
    assert isinstance(clock_of(Settings()), SystemClock)
    demo = clock_of(Settings(demo=Demo(enabled=True, clock_start="2026-06-09T10:00:00+09:00")))
    assert isinstance(demo, DemoClock)
    assert 0 <= demo.now() - FakeClock().now() < HOUR


# --- sockets and plugins ------------------------------------------------------------------------------------------


async def test_each_caller_has_a_socket_of_its_own(place: Place) -> None:
    run = place.root / "r"
    async with place.running() as vault:
        await vault.listen(run)
        sockets = sorted(path.name for path in (run / "vault").glob("*.sock"))
        assert sockets == ["admin.sock", "console.sock", "portal.sock", "public.sock"]
        admin, portal = (LinkClient(UnixTarget(run / "vault" / f"{site}.sock")) for site in ("admin", "portal"))
        assert (await admin.ask(m.AskStatus())).reply.journal_size == 1
        with pytest.raises(Refused) as caught:
            await portal.ask(m.AskStatus())
        assert caught.value.why is Why.NOT_HERE
        last = (await journal(vault))[-1]
        assert (last.kind, last.site, last.reason) == (Kind.REQUEST_REFUSED, "portal", "wrong site: AskStatus")
        await admin.close()
        await portal.close()


@pytest.fixture
def counter(place: Place) -> Place:
    place_file(place.root, "counter", PLUGIN)
    plugins = {**place.settings.plugins, "counter": {}}
    place.settings = replace(place.settings, plugins=plugins)
    return place


async def test_a_plugin_acts_keeps_and_asks(counter: Place) -> None:
    counter.settings = replace(counter.settings, grants={"counter": ("office.list",)})
    async with counter.running() as vault:
        await ready_office(vault.core, 1, CONTRACT)
        token = await clerk_token(vault)
        for count in ("1", "2"):
            acted = await asked(vault, Site.CONSOLE, m.Act("counter.add", {}), token)
            assert acted.message == m.Acted({"count": count, "offices": "1"})
        read = [entry for entry in await journal(vault) if entry.kind is Kind.OFFICE_LIST_READ]
        assert [entry.actor for entry in read] == ["plugin:counter"]


async def test_a_plugin_without_the_grant_does_nothing(counter: Place) -> None:
    async with counter.running() as vault:
        token = await clerk_token(vault)
        for _ in range(2):
            with pytest.raises(Refused) as caught:
                await asked(vault, Site.CONSOLE, m.Act("counter.add", {}), token)
            assert caught.value.why is Why.NOT_ALLOWED
        kept = await vault.core.read(lambda snapshot: snapshot.view.scan(b"p/", b"p0"))
        assert kept == []
