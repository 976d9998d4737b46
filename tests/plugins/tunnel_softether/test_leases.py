# SPDX-License-Identifier: Apache-2.0
"""A PC that asks for one address after another: it goes, and others get theirs."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from renkei_tunnel_softether import Settings, TunnelSoftether
from renkei_tunnel_softether.engine import SoftEther
from renkei_tunnel_softether.leases import FEW, MOST, next_addresses

from appliance.contracts.plugin import Services
from appliance.model.time import HOUR, MINUTE
from appliance.testing.clock import FakeClock
from appliance.testing.services import FakeMetrics
from tests.plugins.tunnel_softether.fake_links import FakeLinks
from tests.plugins.tunnel_softether.fake_softether import FakeSoftEther, Served
from tests.plugins.tunnel_softether.pcs import seat

GREEDY, HONEST = seat(1), seat(2)


@pytest.fixture
async def ready(engine: SoftEther, fake: FakeSoftEther) -> SoftEther:
    """Two PCs are connected, each by a card of its own."""
    await engine.prepare([GREEDY, HONEST])
    for one in (GREEDY, HONEST):
        session = fake.connect(one.name, b64encode(one.certificate).decode())
        fake.cards[one.name] = session
        fake.leases[one.name] = 1
    return engine


async def seats(engine: SoftEther) -> set[str]:
    return {session.seat for session in await engine.live()}


async def test_one_address_each_is_as_it_should_be(ready: SoftEther, fake: FakeSoftEther) -> None:
    fake.leases |= {f"gone {number}": 1 for number in range(100)}
    assert await seats(ready) == {GREEDY.name, HONEST.name}
    assert fake.users.keys() == {GREEDY.name, HONEST.name}
    assert fake.leases


async def test_who_takes_many_is_cut_at_once_and_is_no_user_any_more(ready: SoftEther, fake: FakeSoftEther) -> None:
    assert await seats(ready) == {GREEDY.name, HONEST.name}
    fake.leases[GREEDY.name] += FEW
    assert await seats(ready) == {HONEST.name}
    assert fake.users.keys() == {HONEST.name}
    assert len(fake.sessions) == 1


async def test_little_by_little_is_too_many_as_well(ready: SoftEther, fake: FakeSoftEther) -> None:
    for _ in range(FEW + MOST):
        if GREEDY.name in await seats(ready):
            fake.leases[GREEDY.name] += 1
    assert fake.users.keys() == {HONEST.name}


async def test_by_several_cards_it_is_one_session(ready: SoftEther, fake: FakeSoftEther) -> None:
    fake.cards |= {"second": fake.cards[GREEDY.name], "third": fake.cards[GREEDY.name].lower()}
    fake.leases |= {"second": 2, "third": 2, "gone": FEW}
    assert await seats(ready) == {HONEST.name}


async def test_what_it_took_is_forgotten_and_others_are_handed_out(ready: SoftEther, fake: FakeSoftEther) -> None:
    fake.leases[GREEDY.name] = 10_000
    await ready.live()
    given = fake.settings["SecureNATOption"]
    assert fake.dhcp and not fake.leases
    assert (given["DhcpLeaseIPStart_ip"], given["DhcpLeaseIPEnd_ip"]) == ("10.0.32.126", "10.0.63.250")
    await ready.prepare([HONEST])
    assert fake.settings["SecureNATOption"]["DhcpLeaseIPStart_ip"] == "10.0.32.126"


async def test_it_stays_out_whoever_admits_it_while_addresses_are_kept(
    ready: SoftEther, fake: FakeSoftEther, clock: FakeClock
) -> None:
    """The end of another session of it would let it in at once, as would a gate that prepares."""
    fake.leases[GREEDY.name] = 100
    await ready.live()
    for _ in range(2):
        await ready.admit(GREEDY)
        await ready.prepare([GREEDY, HONEST])
        assert fake.users.keys() == {HONEST.name}
        clock.move(99 * MINUTE)
    clock.move(MINUTE)
    await ready.admit(GREEDY)
    assert fake.connect(GREEDY.name, b64encode(GREEDY.certificate).decode())
    assert await seats(ready) == {GREEDY.name, HONEST.name}


def after(whole: Settings, now: Settings, *, older: bool) -> tuple[str, str] | None:
    """From where to where."""
    found = next_addresses(whole, now, nobody_has_older=not older)
    return (found.first, found.last) if found else None


def test_the_next_addresses_are_none_that_somebody_may_have() -> None:
    whole = Settings(first="10.0.16.0", last="10.0.31.255")
    upper = replace(whole, first="10.0.24.0")
    assert after(whole, whole, older=True) == after(whole, whole, older=False) == ("10.0.24.0", "10.0.31.255")
    assert after(whole, upper, older=True) == ("10.0.28.0", "10.0.31.255")
    assert after(whole, upper, older=False) == ("10.0.16.0", "10.0.23.255")
    assert after(whole, replace(whole, first="10.0.28.0"), older=False) == ("10.0.16.0", "10.0.23.255")
    assert after(whole, replace(whole, last="10.0.23.255"), older=False) == ("10.0.24.0", "10.0.31.255")
    assert after(whole, replace(whole, last="10.0.23.255"), older=True) == ("10.0.20.0", "10.0.23.255")


def test_with_few_left_nothing_is_forgotten() -> None:
    """Else what the hub has forgotten would be given away a second time."""
    whole = Settings(first="10.0.1.0", last="10.0.1.250")
    assert after(whole, whole, older=True) is None
    wide = Settings(first="10.0.1.0", last="10.0.63.250")
    assert after(wide, replace(wide, first="10.0.62.0"), older=True) is None


async def test_one_greedy_pc_after_another(ready: SoftEther, fake: FakeSoftEther, clock: FakeClock) -> None:
    firsts = ("10.0.32.126", "10.0.48.61", "10.0.1.0")
    for number, (wait, first) in enumerate(zip((MINUTE, MINUTE, 3 * HOUR), firsts, strict=True), 3):
        clock.move(wait)
        fake.tick += wait
        await ready.admit(seat(number))
        fake.cards["card"] = fake.connect(seat(number).name, b64encode(seat(number).certificate).decode())
        fake.leases["card"] = 100
        await ready.live()
        assert fake.settings["SecureNATOption"]["DhcpLeaseIPStart_ip"] == first


async def test_the_log_and_the_figures_say_so(
    settings: Settings,
    services: Services,
    fake: FakeSoftEther,
    place: Served,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("renkei_tunnel_softether.Links", FakeLinks)
    certificate = tmp_path / "softether.pem"
    certificate.write_bytes(place.key.certificate.public_bytes(Encoding.PEM))
    plugin = TunnelSoftether(replace(settings, certificate=str(certificate)), services)
    await plugin.start()
    [engine] = plugin.register_tunnel()
    assert isinstance(services.metrics, FakeMetrics) and services.metrics.counted["greedy_pcs_total"] == 0
    await engine.prepare([GREEDY])
    fake.cards["card"] = fake.connect(GREEDY.name, b64encode(GREEDY.certificate).decode())
    fake.leases["card"] = 1000
    assert list(await engine.live()) == []
    assert services.metrics.counted["greedy_pcs_total"] == 1
    assert GREEDY.name in caplog.text
    await plugin.stop()
