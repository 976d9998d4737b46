# SPDX-License-Identifier: Apache-2.0
"""What every kit builder must do: inherit KitSuite in a test file and say how a builder is made.

class TestMine(KitSuite):
    async def make_builder(self):
        return MyPlugin(Settings(), fake_services()).register_kit()[0]
"""

import asyncio
import hashlib
import inspect
from abc import ABC, abstractmethod
from dataclasses import replace

import pytest

from appliance.contracts.kit import Kit, KitBuilder, KitOrder, KitPlatform, KitTunnel

ORDER = KitOrder(
    contract_number="916237-0000021",
    seat=1,
    kit="a" * 26,
    fund="れんけい企業年金基金",
    contact="業務課 電話 03-0000-0000 (平日 9:00〜17:00)",
    public_url="https://renkei.example.jp/",
    portal_url="https://10.0.0.10/",
    authorities="-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n",
    binding={"fund": "916237"},
)
# One of each engine that there is: a builder may know only some of them.
TUNNELS = (
    KitTunnel(
        "tunnel_softether",
        ORDER.kit,
        "",
        {"host": "198.18.0.9", "port": "443", "hub": "RENKEI", "certificate": ORDER.authorities},
        90,
    ),
    KitTunnel(
        "tunnel_wireguard",
        ORDER.kit,
        "10.8.0.2",
        {"host": "198.18.0.9", "port": "51820", "public_key": "A" * 43 + "=", "portal": "10.0.0.10"},
        90,
    ),
)
OTHERS = (
    replace(ORDER, contract_number="916237-0000022"),
    replace(ORDER, seat=2),
    replace(ORDER, kit="b" * 26),
    replace(ORDER, fund="別の企業年金基金"),
    replace(ORDER, portal_url="https://10.0.0.11/"),
    replace(ORDER, tunnels=TUNNELS),
)
# What people write into a name, and what an installer's language would take for its own.
ODD_NAMES = ('"; rm -rf / #', "${APPDATA}$\\n$(id)`id`", "'''\\", "%PATH%\t|&<>", "𠮷田㈱ ① ～－", "あ" * 200)


class KitSuite(ABC):
    """A kit builder that can build. Override missing() where something can be missing."""

    @abstractmethod
    async def make_builder(self) -> KitBuilder:
        """A builder that is ready, and lacks nothing."""

    async def test_it_says_for_what_pcs(self) -> None:
        """By a name that people know, and a version that is never empty."""
        platform = await (await self.make_builder()).platform()
        assert isinstance(platform, KitPlatform)
        assert platform.name and platform.version and platform.missing == ""

    async def test_a_kit_is_named_after_its_seat(self) -> None:
        """R24."""
        kit = await (await self.make_builder()).build(ORDER)
        assert isinstance(kit, Kit)
        assert kit.file_name.startswith("setup.916237-0000021.01.") and "/" not in kit.file_name

    async def test_size_and_hash_are_those_of_its_bytes(self) -> None:
        """In pieces that are not empty, from the start each time."""
        kit = await (await self.make_builder()).build(ORDER)
        for _ in range(2):
            pieces = [piece async for piece in kit.chunks()]
            content = b"".join(pieces)
            assert all(pieces) and len(content) == kit.size
            assert hashlib.sha256(content).digest() == kit.sha256

    async def test_the_same_order_makes_the_same_bytes(self) -> None:
        """Also by another builder: kits are made when they are fetched, and what was listed is what comes."""
        one, other = await self.make_builder(), await self.make_builder()
        hashes = {(await builder.build(ORDER)).sha256 for builder in (one, one, other)}
        assert len(hashes) == 1

    async def test_each_order_makes_a_kit_of_its_own(self) -> None:
        """Another contract, seat, opening, fund or place to go."""
        builder = await self.make_builder()
        hashes = {(await builder.build(order)).sha256 for order in (ORDER, *OTHERS)}
        assert len(hashes) == 1 + len(OTHERS)

    @pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
    async def test_no_name_breaks_it(self, name: str) -> None:
        """Names are what people typed."""
        kit = await (await self.make_builder()).build(replace(ORDER, fund=name, contact=name))
        assert await _content(kit)

    async def test_a_kit_without_an_authority_is_made(self) -> None:
        """Where every browser knows the portal's certificate."""
        kit = await (await self.make_builder()).build(replace(ORDER, authorities=""))
        assert await _content(kit)

    async def test_many_at_once_do_not_mix(self) -> None:
        """One builder serves everybody."""
        builder = await self.make_builder()
        orders = [replace(ORDER, seat=number) for number in range(1, 9)]
        kits = await asyncio.gather(*map(builder.build, orders))
        assert [kit.file_name.rsplit(".", 1)[0] for kit in kits] == [order.stem for order in orders]
        contents = [await _content(kit) for kit in kits]
        assert len(set(contents)) == len(orders)

    async def test_its_methods_may_be_awaited(self) -> None:
        """As the host demands."""
        builder = await self.make_builder()
        assert all(map(inspect.iscoroutinefunction, (builder.platform, builder.build)))


async def _content(kit: Kit) -> bytes:
    return b"".join([piece async for piece in kit.chunks()])
