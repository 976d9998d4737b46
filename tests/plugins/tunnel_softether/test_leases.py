# SPDX-License-Identifier: Apache-2.0
"""A PC that asks for one address after another: it goes, and others get theirs."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from renkei_tunnel_softether import Settings, TunnelSoftether
from renkei_tunnel_softether.engine import SoftEther
from renkei_tunnel_softether.leases import FEW, MOST, other_half

from appliance.contracts.plugin import Services
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


async def test_it_comes_in_again_when_it_is_admitted_anew(ready: SoftEther, fake: FakeSoftEther) -> None:
    fake.leases[GREEDY.name] = 100
    await ready.live()
    await ready.admit(GREEDY)
    assert fake.connect(GREEDY.name, b64encode(GREEDY.certificate).decode())
    assert await seats(ready) == {GREEDY.name, HONEST.name}


async def test_halves_take_turns() -> None:
    whole = Settings(first="10.0.1.0", last="10.0.1.9")
    upper = other_half(whole, whole)
    lower = other_half(whole, upper)
    assert [(one.first, one.last) for one in (upper, lower)] == [("10.0.1.5", "10.0.1.9"), ("10.0.1.0", "10.0.1.4")]
    assert other_half(whole, lower) == upper
    one = replace(whole, last="10.0.1.0")
    assert other_half(one, one) == one


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
