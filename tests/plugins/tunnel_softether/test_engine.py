# SPDX-License-Identifier: Apache-2.0
"""The engine beside its contract: what it does not believe, and what it remembers."""

import datetime as dt
from base64 import b64encode

import pytest
from renkei_tunnel_softether.engine import BYTES_AT_ONCE, SoftEther
from renkei_tunnel_softether.rpc import Rpc

from appliance.contracts.tunnel import EngineAway, TunnelSeat
from appliance.model.time import HOUR, MINUTE
from appliance.model.tunnels import Cause
from appliance.testing.clock import FakeClock
from tests.plugins.tunnel_softether.fake_softether import FakeSoftEther, Served
from tests.plugins.tunnel_softether.pcs import seat


def connected(fake: FakeSoftEther, one: TunnelSeat, address: str = "", given: bool = True) -> str:
    """The session of a seat that connects."""
    name = fake.connect(one.name, b64encode(one.certificate).decode(), address=address, given=given)
    assert name
    return name


@pytest.fixture
async def ready(engine: SoftEther) -> SoftEther:
    """Prepared for three seats."""
    await engine.prepare([seat(number) for number in (1, 2, 3)])
    return engine


async def test_what_a_pc_has_to_know(engine: SoftEther) -> None:
    prepared = await engine.prepare([])
    assert prepared.interface == "rk-se0"
    assert dict(prepared.client) == {
        "host": "vpn.example.jp",
        "port": "443",
        "hub": "RENKEI",
        "certificate": "the certificate",
    }


async def test_before_it_is_prepared_nothing_is_live(engine: SoftEther, fake: FakeSoftEther) -> None:
    fake.hubs["RENKEI"] = True
    with pytest.raises(EngineAway, match="prepared first"):
        await engine.live()


async def test_after_another_start_nothing_is_live_until_it_is_prepared(
    ready: SoftEther, fake: FakeSoftEther, rpc: Rpc, clock: FakeClock
) -> None:
    connected(fake, seat(1))
    clock.move(MINUTE)
    fake.restart()
    rpc.connections += 1
    for match in ("started anew", "prepared first"):
        with pytest.raises(EngineAway, match=match):
            await ready.live()
    await ready.prepare([seat(1)])
    assert list(await ready.live()) == []


async def test_another_connection_to_the_same_start_is_no_matter(
    ready: SoftEther, fake: FakeSoftEther, rpc: Rpc, clock: FakeClock
) -> None:
    name = connected(fake, seat(1))
    for _ in range(3):
        clock.move(MINUTE)
        fake.tick += MINUTE
        rpc.connections += 1
        assert [session.session for session in await ready.live()] == [name]


async def test_a_hub_without_our_helpers_is_not_ours(ready: SoftEther, fake: FakeSoftEther) -> None:
    fake.dhcp = False
    with pytest.raises(EngineAway, match="no SecureNAT"):
        await ready.live()
    fake.hubs["RENKEI"] = False
    with pytest.raises(EngineAway, match="no Local Bridge and no SecureNAT"):
        await ready.live()
    await ready.prepare([])
    assert list(await ready.live()) == []


async def test_an_address_that_was_taken_is_none(ready: SoftEther, fake: FakeSoftEther) -> None:
    connected(fake, seat(1), "10.0.0.123", given=False)
    connected(fake, seat(2), "10.0.0.124")
    assert [session.address for session in await ready.live()] == ["", "10.0.0.124"]


async def test_the_age_of_a_session_is_the_servers_and_then_our_own(
    ready: SoftEther, fake: FakeSoftEther, clock: FakeClock
) -> None:
    name = connected(fake, seat(1))
    fake.sessions[name]["CreatedTime_dt"] = moment(clock.now() - MINUTE)
    assert (await ready.live())[0].seconds == pytest.approx(60)
    clock.move(MINUTE)
    assert (await ready.live())[0].seconds == pytest.approx(120)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
async def test_a_step_of_the_clock_changes_no_age(
    ready: SoftEther, fake: FakeSoftEther, clock: FakeClock, step: int
) -> None:
    name = connected(fake, seat(1))
    fake.sessions[name]["CreatedTime_dt"] = moment(clock.now() - MINUTE)
    await ready.live()
    clock.step(step)
    assert (await ready.live())[0].seconds == pytest.approx(60)


async def test_a_session_from_the_future_has_just_begun(
    ready: SoftEther, fake: FakeSoftEther, clock: FakeClock
) -> None:
    name = connected(fake, seat(1))
    fake.sessions[name]["CreatedTime_dt"] = moment(clock.now() + HOUR)
    assert (await ready.live())[0].seconds == 0


async def test_bytes_are_asked_of_a_few_that_moved(ready: SoftEther, fake: FakeSoftEther, clock: FakeClock) -> None:
    names = [connected(fake, seat(1)) for _ in range(BYTES_AT_ONCE + 2)]
    fake.moved = {name: (100, 5000) for name in names}
    await ready.live()
    assert fake.asked.count("GetSessionStatus") == BYTES_AT_ONCE
    await ready.live()
    assert fake.asked.count("GetSessionStatus") == BYTES_AT_ONCE, "not twice in a moment"
    clock.move(6_000)
    live = await ready.live()
    assert {(session.bytes_in, session.bytes_out) for session in live} == {(101, 5001)}
    clock.move(6_000)
    await ready.live()
    assert fake.asked.count("GetSessionStatus") == BYTES_AT_ONCE + 2, "nothing moved since"


async def test_a_session_that_ends_while_its_bytes_are_asked_is_no_error(
    ready: SoftEther, fake: FakeSoftEther
) -> None:
    name = connected(fake, seat(1))
    fake.sessions[name]["Name_str"] = "SID-OTHER-9"
    assert [session.session for session in await ready.live()] == ["SID-OTHER-9"]


async def test_a_seat_that_is_barred_is_no_user_any_more(ready: SoftEther, fake: FakeSoftEther) -> None:
    await ready.bar(seat(1).name, Cause.SEAT)
    assert seat(1).name not in fake.users


async def test_bar_without_effect_is_noticed(ready: SoftEther, fake: FakeSoftEther) -> None:
    fake.lies = {"DeleteUser"}
    with pytest.raises(EngineAway, match="has it"):
        await ready.bar(seat(1).name, Cause.SEAT)


async def test_close_without_effect_is_noticed(
    ready: SoftEther, fake: FakeSoftEther, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renkei_tunnel_softether.engine.GONE_PAUSE", 0)
    name = connected(fake, seat(1))
    fake.lies = {"DeleteSession"}
    with pytest.raises(EngineAway, match=f"ended {name}, and has it"):
        await ready.close(name, Cause.DESK)


async def test_a_seat_that_became_another_pc_is_cut(ready: SoftEther, fake: FakeSoftEther) -> None:
    connected(fake, seat(1))
    other = connected(fake, seat(2))
    await ready.admit(seat(1, "new"))
    assert list(fake.sessions) == [other]


async def test_only_what_was_changed_is_written(ready: SoftEther, fake: FakeSoftEther) -> None:
    await ready.save()
    await ready.save()
    assert fake.flushed == 1, "what was prepared"
    await ready.admit(seat(4))
    await ready.bar(seat(4).name, Cause.SEAT)
    await ready.save()
    await ready.save()
    assert fake.flushed == 2


async def test_what_could_not_be_written_is_tried_again(ready: SoftEther, fake: FakeSoftEther) -> None:
    await ready.bar(seat(1).name, Cause.SEAT)
    fake.broken["Flush"] = (500, "")
    with pytest.raises(EngineAway):
        await ready.save()
    fake.broken.clear()
    await ready.save()
    assert fake.flushed == 1


async def test_on_a_full_disk_nothing_is_written(
    ready: SoftEther, fake: FakeSoftEther, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renkei_tunnel_softether.engine.need_room", _no_room)
    with pytest.raises(EngineAway, match="full"):
        await ready.save()
    assert fake.flushed == 0
    monkeypatch.undo()
    await ready.save()
    assert fake.flushed == 1


def _no_room(folder: str) -> None:
    raise EngineAway(f"the disk of {folder} is full")


async def test_a_server_that_refuses_us_admits_nobody(ready: SoftEther, place: Served) -> None:
    place.refuses = True
    for call in (ready.live(), ready.prepare([]), ready.admit(seat(4)), ready.bar(seat(1).name, Cause.SEAT)):
        with pytest.raises(EngineAway, match="refuses us"):
            await call


async def test_half_a_preparation_is_none(ready: SoftEther, fake: FakeSoftEther) -> None:
    fake.broken["EnumAccess"] = (500, "")
    with pytest.raises(EngineAway):
        await ready.prepare([seat(1)])
    fake.broken.clear()
    with pytest.raises(EngineAway, match="prepared first"):
        await ready.live()


def moment(at: int) -> str:
    """As the server writes it."""
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
