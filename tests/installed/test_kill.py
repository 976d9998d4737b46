# SPDX-License-Identifier: Apache-2.0
"""Services that are killed or hang: systemd starts them anew, who asked meanwhile is answered, nothing is lost."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.installed.fund import SERVICES, Fund
from tests.story.notices import NOTICE
from tests.story.visitor import Visitor

pytestmark = pytest.mark.installed
HUNG_SECONDS = 2
WAITING = 40


@contextmanager
def restarted(fund: Fund, unit: str) -> Iterator[None]:
    """What the block does to a unit makes systemd start it anew, once."""
    restarts = int(fund.host.property(f"{unit}.service", "NRestarts"))
    yield
    fund.host.until(f"systemctl show -p NRestarts --value {unit}.service | grep -qx {restarts + 1}")
    fund.host.until(f"systemctl is-active {unit}.service")


def send(fund: Fund, unit: str, signal: str) -> None:
    """To its main process."""
    fund.host.run("kill", f"-{signal}", fund.host.property(f"{unit}.service", "MainPID"))


@pytest.mark.parametrize("unit", SERVICES)
def test_a_killed_service_is_back_and_nothing_is_lost(fund: Fund, unit: str) -> None:
    fund.deliver()
    before = len(fund.received())
    with restarted(fund, unit):
        send(fund, unit, "KILL")
    received = fund.received()
    assert len(received) == before
    assert received[0] == NOTICE.read_bytes()
    assert fund.is_up()
    assert fund.verified()


@pytest.mark.parametrize("unit", ["renkei-gate", "renkei-vault", "renkei-web@portal"])
def test_a_service_that_hangs_is_ended_and_started_anew(fund: Fund, unit: str) -> None:
    drop_in = f"/run/systemd/system/{unit}.service.d/90-soon.conf"
    fund.host.write(drop_in, f"[Service]\nWatchdogSec={HUNG_SECONDS}\n")
    fund.host.shell(f"systemctl daemon-reload; systemctl restart {unit}.service")
    try:
        with restarted(fund, unit):
            send(fund, unit, "STOP")
        assert "Watchdog timeout" in fund.host.journal(f"{unit}.service")
        assert fund.is_up()
    finally:
        fund.host.shell(f"rm {drop_in}; systemctl daemon-reload; systemctl restart {unit}.service")


def many(fund: Fund, path: str) -> list[int]:
    """The status of many requests at the portal at once, each over a connection of its own."""

    async def one() -> int:
        async with Visitor(fund.stage.addresses["portal"], fund.stage.authority) as visitor:
            return (await visitor.get(path)).status

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(one() for _ in range(WAITING)))

    return fund.inside.run(all_of_them())


@pytest.mark.parametrize("unit", ["renkei-web@portal", "renkei-vault"])
def test_who_asks_while_a_service_is_away_waits_and_is_answered(fund: Fund, unit: str) -> None:
    with restarted(fund, unit):
        send(fund, unit, "KILL")
        assert many(fund, "/sign-in") == [200] * WAITING
    with restarted(fund, unit):
        send(fund, unit, "KILL")
        assert fund.page(fund.office, "/notices")[0] == 200
    assert fund.is_up()


def test_after_a_reboot_all_is_up_without_hands(fund: Fund) -> None:
    fund.deliver()
    before = len(fund.received())
    fund.reboot()
    fund.host.until("systemctl is-active " + " ".join(f"{unit}.service" for unit in SERVICES))
    assert len(fund.received()) == before
    assert fund.is_up()
    assert fund.verified()
    assert all(fund.host.property(f"{unit}.service", "NRestarts") == "0" for unit in SERVICES)
