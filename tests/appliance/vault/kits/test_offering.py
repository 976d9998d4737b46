# SPDX-License-Identifier: Apache-2.0
"""Kits are listed without being made again, made when they are fetched, and are then what was listed."""

import json
from collections.abc import Mapping

import pytest

from appliance.config.settings import Settings
from appliance.contracts.device import SeatToBind
from appliance.link.refusals import Refused, Why
from appliance.model.devices import SeatState
from appliance.model.things import Office
from appliance.model.time import DAY
from appliance.testing.memory_kit import MemoryKits
from appliance.vault.devices.opening import close_seat
from appliance.vault.kits import ordering
from appliance.vault.kits.offering import OfferedKit, open_kit
from tests.appliance.vault.devices.scene import stranger_at
from tests.appliance.vault.kits.workshop import Workshop


async def why(shop: Workshop, office: Office, seat: int = 1, platform: str = "kit_memory") -> Why:
    with pytest.raises(Refused) as caught:
        await shop.content(office, seat, platform)
    return caught.value.why


async def test_each_open_seat_has_a_kit_for_each_kind_of_pc(shop: Workshop, sakura: Office) -> None:
    shop.world.plugins.add("kit", MemoryKits("Other", ".bin"), "kit_other")
    listed = await shop.offered(sakura)
    assert [(one.seat, one.platform, one.name) for one in listed] == [
        (1, "kit_memory", "Memory"),
        (1, "kit_other", "Other"),
        (2, "kit_memory", "Memory"),
        (2, "kit_other", "Other"),
    ]
    assert listed[0].file_name == f"setup.{sakura.contract_number}.01.txt"
    assert listed[3].file_name == f"setup.{sakura.contract_number}.02.bin"
    assert (listed[0].made_on, listed[0].missing) == ("2026-06-09", "")


async def test_a_list_of_any_length_reads_the_authority_once(
    shop: Workshop, sakura: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[Settings]()

    def counted(settings: Settings) -> str:
        read.append(settings)
        return ""

    monkeypatch.setattr(ordering, "authority_pem", counted)
    shop.world.plugins.add("kit", MemoryKits("Other", ".bin"), "kit_other")
    assert len(await shop.offered(sakura)) == 4 and len(read) == 1


async def test_what_is_fetched_is_what_was_listed(shop: Workshop, sakura: Office) -> None:
    [first, _] = await shop.offered(sakura)
    kit = await open_kit(shop.world.core, sakura, 1, first.platform)
    content = b"".join([piece async for piece in kit.chunks()])
    assert (kit.file_name, kit.size) == (first.file_name, first.size) and len(content) == first.size


async def test_a_kit_knows_its_seat_and_where_to_go(shop: Workshop, sakura: Office) -> None:
    said = json.loads(await shop.content(sakura, 2))
    fund = shop.world.core.settings.fund
    assert (said["contract_number"], said["seat"]) == (sakura.contract_number, 2)
    assert said["kit"] == (await shop.scene.seat(sakura, 2)).kit
    assert (said["fund"], said["public_url"], said["portal_url"]) == (fund.name, fund.public_url, fund.portal_url)
    assert said["binding"] == {"memory": "1"}


async def test_a_list_makes_no_kit_twice(shop: Workshop, sakura: Office) -> None:
    once = await shop.offered(sakura)
    shop.world.clock.move(3 * DAY)
    assert await shop.offered(sakura) == once
    assert (shop.kits.built, shop.world.core.kits.built) == (2, 2)


async def test_a_new_version_of_the_builder_makes_new_kits(shop: Workshop, sakura: Office) -> None:
    await shop.offered(sakura)
    shop.world.clock.move(3 * DAY)
    shop.kits.version = "2"
    assert {one.made_on for one in await shop.offered(sakura)} == {"2026-06-12"}
    assert json.loads(await shop.content(sakura))["version"] == "2"


async def test_a_seat_that_is_opened_again_has_another_kit(shop: Workshop, sakura: Office) -> None:
    before = await shop.content(sakura)
    core, caller = shop.world.core, stranger_at(shop.world)
    await core.commit(lambda txn: close_seat(txn, caller, sakura.id, 1))
    assert [one.seat for one in await shop.offered(sakura)] == [2]
    assert await why(shop, sakura) is Why.NOT_FOUND
    await shop.scene.open(sakura.id, 1)
    assert [one.seat for one in await shop.offered(sakura)] == [1, 2]
    assert await shop.content(sakura) != before


async def test_an_active_seat_still_has_its_kit(shop: Workshop, sakura: Office) -> None:
    """Whoever installs it anew needs it (A36)."""
    await shop.scene.activated(sakura)
    assert await shop.scene.state(sakura) is SeatState.ACTIVE
    assert [one.seat for one in await shop.offered(sakura)] == [1, 2]


@pytest.mark.parametrize(("seat", "platform"), [(3, "kit_memory"), (0, "kit_memory"), (1, "kit_windows"), (1, "")])
async def test_what_there_is_not(shop: Workshop, sakura: Office, seat: int, platform: str) -> None:
    assert await why(shop, sakura, seat, platform) is Why.NOT_FOUND


async def test_kits_of_another_office_are_not_listed(shop: Workshop, sakura: Office) -> None:
    other = await shop.scene.office(2, seats=1)
    assert [one.file_name for one in await shop.offered(other)] == [f"setup.{other.contract_number}.01.txt"]


# --- when something is missing ------------------------------------------------------------------------------------


async def test_what_is_missing_is_said_and_nothing_is_offered(shop: Workshop, sakura: Office) -> None:
    shop.kits.missing = "put a compiler in place"
    [first, _] = await shop.offered(sakura)
    assert first == OfferedKit(1, "kit_memory", "Memory", missing="put a compiler in place")
    assert await why(shop, sakura) is Why.FAILED


async def test_a_kit_that_cannot_be_made_is_not_offered(shop: Workshop, sakura: Office) -> None:
    shop.kits.broken = "no room on the disk"
    [first, _] = await shop.offered(sakura)
    assert (first.file_name, first.missing) == ("", "no room on the disk")
    assert await why(shop, sakura) is Why.FAILED
    assert shop.world.core.kits.failed == 3
    shop.kits.broken = ""
    assert (await shop.offered(sakura))[0].file_name


async def test_without_the_binder_there_is_no_kit(shop: Workshop, sakura: Office) -> None:
    shop.scene.binder.away = "gone"
    [first, _] = await shop.offered(sakura)
    assert "binder" in first.missing and await why(shop, sakura) is Why.FAILED


async def test_an_authority_that_cannot_be_read_is_said(shop: Workshop, sakura: Office) -> None:
    shop.scene.set(authority="/nowhere/authority.pem")
    [first, _] = await shop.offered(sakura)
    assert "/nowhere/authority.pem" in first.missing


# --- the same order, the same bytes -------------------------------------------------------------------------------


async def test_a_kit_that_comes_out_otherwise_is_refused(shop: Workshop, sakura: Office) -> None:
    """Somebody has changed what kits are made of, and not said so."""
    await shop.offered(sakura)
    shop.kits.salt = "x"
    assert await why(shop, sakura) is Why.BROKEN
    assert shop.world.core.kits.different == 1
    shop.kits.salt = ""
    assert await shop.content(sakura)


async def test_what_a_binder_issues_is_part_of_the_order(
    shop: Workshop, sakura: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await shop.content(sakura)

    async def issue(seat: SeatToBind) -> Mapping[str, str]:
        return {"memory": "2"}

    monkeypatch.setattr(shop.scene.binder, "issue", issue)
    assert await shop.content(sakura) != before
