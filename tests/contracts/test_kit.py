# SPDX-License-Identifier: Apache-2.0
"""The contract of kit builders, kept by the fake; and the suite notices who does not keep it."""

import secrets
from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.kit import MAX_NAMED, Kit, KitBuilder, KitNotBuilt, KitOrder, KitPlatform
from appliance.testing.kit_suite import ORDER, KitSuite
from appliance.testing.memory_kit import MemoryKits
from tests.contracts.breaking import failures


class TestMemory(KitSuite):
    async def make_builder(self) -> KitBuilder:
        return MemoryKits()


@pytest.mark.parametrize(
    ("contract", "seat", "stem"),
    [("916237-0000021", 1, "setup.916237-0000021.01"), ("0164080-12345678", 12, "setup.0164080-12345678.12")],
)
def test_a_kit_is_called_after_contract_and_seat(contract: str, seat: int, stem: str) -> None:
    assert replace(ORDER, contract_number=contract, seat=seat).stem == stem


@pytest.mark.parametrize("text", ["a\nb", "\0", "x" * (MAX_NAMED + 1), "\u202e"])
def test_what_a_platform_says_is_one_line(text: str) -> None:
    for words in ((text, "1", ""), ("Windows", text, ""), ("Windows", "1", text)):
        with pytest.raises(ValueError, match="one line"):
            KitPlatform(*words)


async def test_the_fake_can_be_unable() -> None:
    kits = MemoryKits()
    kits.missing = "put a client in place first"
    assert (await kits.platform()).missing == "put a client in place first"
    with pytest.raises(KitNotBuilt, match="client"):
        await kits.build(ORDER)
    kits.missing, kits.broken = "", "no room"
    assert (await kits.platform()).missing == ""
    with pytest.raises(KitNotBuilt, match="no room"):
        await kits.build(ORDER)
    assert kits.built == 0


# --- builders that are broken on purpose --------------------------------------------------------------------------


class Nameless(MemoryKits):
    async def platform(self) -> KitPlatform:
        return KitPlatform("", self.version)


class Lacking(MemoryKits):
    async def platform(self) -> KitPlatform:
        return KitPlatform("Memory", "1", "something")


class Misnamed(MemoryKits):
    async def build(self, order: KitOrder) -> Kit:
        return replace(await super().build(order), file_name="setup.txt")


class WrongSize(MemoryKits):
    async def build(self, order: KitOrder) -> Kit:
        kit = await super().build(order)
        return replace(kit, size=kit.size + 1)


class WrongHash(MemoryKits):
    async def build(self, order: KitOrder) -> Kit:
        return replace(await super().build(order), sha256=bytes(32))


class Once(MemoryKits):
    """Its bytes can be read once."""

    async def build(self, order: KitOrder) -> Kit:
        kit = await super().build(order)
        pieces = kit.chunks()
        return replace(kit, chunks=lambda: pieces)


class Chancy(MemoryKits):
    async def build(self, order: KitOrder) -> Kit:
        self.salt = secrets.token_hex(8)
        return await super().build(order)


class OneForAll(MemoryKits):
    async def build(self, order: KitOrder) -> Kit:
        kit = await super().build(ORDER)
        return replace(kit, file_name=f"{order.stem}.txt")


class Quotes(MemoryKits):
    async def build(self, order: KitOrder) -> Kit:
        if '"' in order.fund:
            raise KitNotBuilt("a quote")
        return await super().build(order)


class Trusting(MemoryKits):
    async def build(self, order: KitOrder) -> Kit:
        if not order.authorities:
            raise KitNotBuilt("no authority")
        return await super().build(order)


class NotAwaited(MemoryKits):
    def platform(self) -> Any:
        return super().platform()


def suite_of(make: type[MemoryKits]) -> type[Any]:
    """The suite with a builder."""

    class Suite(KitSuite):
        async def make_builder(self) -> KitBuilder:
            return make()

    return Suite


@pytest.mark.parametrize(
    ("make", "noticed"),
    [
        (Nameless, "it_says_for_what_pcs"),
        (Lacking, "it_says_for_what_pcs"),
        (Misnamed, "a_kit_is_named_after_its_seat"),
        (WrongSize, "size_and_hash_are_those_of_its_bytes"),
        (WrongHash, "size_and_hash_are_those_of_its_bytes"),
        (Once, "size_and_hash_are_those_of_its_bytes"),
        (Chancy, "the_same_order_makes_the_same_bytes"),
        (OneForAll, "each_order_makes_a_kit_of_its_own"),
        (OneForAll, "many_at_once_do_not_mix"),
        (Quotes, "no_name_breaks_it"),
        (Trusting, "a_kit_without_an_authority_is_made"),
        (NotAwaited, "its_methods_may_be_awaited"),
    ],
)
async def test_the_suite_notices(make: type[MemoryKits], noticed: str) -> None:
    assert noticed in await failures(suite_of(make))


async def test_the_suite_is_content_with_the_fake() -> None:
    assert await failures(suite_of(MemoryKits)) == set()
