# SPDX-License-Identifier: Apache-2.0
"""The server is made what it has to be, is read back, and is left alone where it is so already."""

from dataclasses import replace

import pytest
from renkei_tunnel_softether.ready import Ready
from renkei_tunnel_softether.rpc import Rpc
from renkei_tunnel_softether.settings import Settings
from renkei_tunnel_softether.users import note_of, user_of

from appliance.contracts.tunnel import EngineAway
from tests.plugins.tunnel_softether.fake_softether import FakeSoftEther
from tests.plugins.tunnel_softether.pcs import name_of, seat

CHANGES = ("Set", "Create", "Add", "Delete")


@pytest.fixture
def ready(rpc: Rpc, settings: Settings) -> Ready:
    """What prepares the fake."""
    return Ready(rpc, settings)


async def all_of_it(ready: Ready) -> None:
    """As the engine does it."""
    await ready.server()
    await ready.users([seat(1), seat(2)])
    await ready.hub()


async def test_everything_that_is_not_needed_goes_off(ready: Ready, fake: FakeSoftEther) -> None:
    await ready.server()
    assert fake.listeners == {443: True}
    assert fake.hubs == {"RENKEI": False}
    off = ("OpenVpnSstpConfig", "IPsecServices", "SpecialListener", "Keep")
    assert not any(value is True for name in off for value in fake.settings[name].values())


async def test_the_hub_is_opened_last(ready: Ready, fake: FakeSoftEther) -> None:
    await all_of_it(ready)
    changes = [method for method in fake.asked if method.startswith(CHANGES)]
    assert changes[-1] == "SetHubOnline"
    assert fake.hubs == {"RENKEI": True} and fake.dhcp and fake.options["FilterIPv6"] == 1
    assert [bridge["DeviceName_str"] for bridge in fake.bridges] == ["rk-se0h"]


async def test_a_second_time_nothing_is_said_but_questions(ready: Ready, fake: FakeSoftEther) -> None:
    await all_of_it(ready)
    fake.asked.clear()
    await all_of_it(ready)
    assert [method for method in fake.asked if method.startswith(CHANGES)] == []


@pytest.mark.parametrize(
    "method",
    ["SetOpenVpnSstpConfig", "SetKeep", "SetHubLog", "SetSecureNATOption", "SetHubExtOptions", "SetAccessList"],
)
async def test_a_yes_without_effect_is_noticed(ready: Ready, fake: FakeSoftEther, method: str) -> None:
    fake.lies = {method}
    with pytest.raises(EngineAway, match=f"took {method}"):
        await all_of_it(ready)


@pytest.mark.parametrize("method", ["CreateUser", "SetHubOnline"])
async def test_nor_is_a_hub_or_a_user_believed_unseen(ready: Ready, fake: FakeSoftEther, method: str) -> None:
    fake.lies = {method}
    with pytest.raises(EngineAway, match="SoftEther"):
        await all_of_it(ready)


async def test_hubs_of_somebody_else_are_not_lived_with(ready: Ready, fake: FakeSoftEther) -> None:
    fake.hubs["OFFICE"] = True
    with pytest.raises(EngineAway, match=r"\(OFFICE\); delete them"):
        await ready.server()
    assert "OFFICE" in fake.hubs


async def test_without_its_port_it_is_not_ready(ready: Ready, fake: FakeSoftEther) -> None:
    fake.listeners = {5555: True}
    with pytest.raises(EngineAway, match="does not listen at port 443"):
        await ready.server()


async def test_another_bridge_is_taken_down(ready: Ready, fake: FakeSoftEther) -> None:
    fake.bridges.append({"DeviceName_str": "eth0", "HubNameLB_str": "RENKEI", "TapMode_bool": False})
    await all_of_it(ready)
    assert [bridge["DeviceName_str"] for bridge in fake.bridges] == ["rk-se0h"]


async def test_exactly_these_users(ready: Ready, fake: FakeSoftEther) -> None:
    await ready.server()
    fake.users["*"] = {"Name_str": "*", "Note_utf": "", "AuthType_u32": 4}
    by_password = user_of(seat(2), "RENKEI", 90) | {"AuthType_u32": 1}
    fake.users[seat(2).name] = by_password
    fake.users[seat(3).name] = user_of(seat(3), "RENKEI", 90)
    assert await ready.users([seat(1), seat(2)]) == {"*", seat(2).name, seat(3).name}
    assert set(fake.users) == {seat(1).name, seat(2).name}
    assert {user["AuthType_u32"] for user in fake.users.values()} == {2}


async def test_another_pc_of_a_seat_is_cut_and_other_rules_cut_nobody(ready: Ready, fake: FakeSoftEther) -> None:
    await ready.server()
    await ready.users([seat(1), seat(2)])
    assert await ready.users([seat(1, "new"), replace(seat(2), not_after=5)]) == {seat(1).name}
    assert fake.users[seat(2).name]["Note_utf"] == note_of(replace(seat(2), not_after=5), 90)


async def test_a_user_is_admitted_and_known_again(ready: Ready, fake: FakeSoftEther) -> None:
    await ready.server()
    assert [await ready.admit(seat(1)), await ready.admit(seat(1))] == [False, False]
    assert fake.asked.count("SetUser") == 0
    assert await ready.admit(replace(seat(1), not_after=5)) is False
    assert await ready.admit(seat(1, "new")) is True
    assert fake.users[seat(1).name]["Note_utf"] == note_of(seat(1, "new"), 90)


async def test_no_hub_admits_nobody(ready: Ready) -> None:
    await ready.server()
    ready._hub["HubName_str"] = "GONE"
    with pytest.raises(EngineAway, match="Error code 8"):
        await ready.remove(seat(1).name)


async def test_a_user_that_was_deleted_is_gone(ready: Ready, fake: FakeSoftEther) -> None:
    await ready.server()
    await ready.admit(seat(1))
    for _ in range(2):
        await ready.remove(seat(1).name)
    assert fake.users == {}
    await ready.admit(seat(1))
    fake.lies = {"DeleteUser"}
    with pytest.raises(EngineAway, match="says that it deleted a user, and has it"):
        await ready.remove(seat(1).name)


async def test_many_users_are_as_many_calls(ready: Ready, fake: FakeSoftEther) -> None:
    await ready.server()
    await ready.users([replace(seat(1), name=name_of(number)) for number in range(200)])
    assert len(fake.users) == fake.asked.count("CreateUser") == 200
    assert fake.asked.count("EnumUser") == 2
