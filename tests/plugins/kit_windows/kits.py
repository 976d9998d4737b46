# SPDX-License-Identifier: Apache-2.0
"""What the tests of Windows kits share: orders, a client that stands for the engine's, and kits taken apart."""

import asyncio
import configparser
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from renkei_kit_windows.appended import FOOTER, MAGIC

from appliance.contracts.kit import EngineClient, Kit, KitBuilder, KitOrder, KitPlatform
from appliance.model.traits import salt_of
from appliance.testing.kit_suite import ORDER

T = TypeVar("T")
BASE = b"MZ" + b"base installer " * 99
BINDING = {"fingerprint_version": "1", "trait_salt": salt_of(ORDER.contract_number)}


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """As the host gives it to a plugin."""
    return await asyncio.to_thread(function, *args)


def client_in(folder: Path, content: bytes = b"MZ" + b"client " * 9999) -> EngineClient:
    """An installer of the engine's client, as the vault keeps it."""
    file = folder / "kept"
    file.write_bytes(content)
    return EngineClient(file, "vpnclient.exe", len(content), hashlib.sha256(content).digest())


def ordered(folder: Path, **changed: Any) -> KitOrder:
    """An order with everything in it."""
    return replace(ORDER, **{"client": client_in(folder), "binding": BINDING, **changed})


async def content_of(kit: Kit) -> bytes:
    """All of it."""
    return b"".join([piece async for piece in kit.chunks()])


def parts_of(content: bytes, base: bytes, end: int | None = None) -> tuple[bytes, bytes, bytes]:
    """Client, authorities and seat, found as the installer finds them; end is where a signature begins."""
    body, footer = content[: (end or len(content)) - FOOTER.size], content[: end or len(content)][-FOOTER.size :]
    magic, client, authorities, seat, padding, digest = FOOTER.unpack(footer)
    payload = body[len(body) - client - authorities - seat - padding :]
    assert magic == MAGIC and payload == body[len(base) :] and hashlib.sha256(payload).digest() == digest
    assert not any(payload[len(payload) - padding :])
    return payload[:client], payload[client:][:authorities], payload[client + authorities :][:seat]


def seat_of(file: bytes) -> dict[str, dict[str, str]]:
    """seat.ini, as Windows reads it: what stands between the outer marks."""
    parser = configparser.RawConfigParser(delimiters="=", comment_prefixes=(), strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(file.decode("utf-16"))
    return {name: {key: value[1:-1] for key, value in parser[name].items()} for name in parser.sections()}


class WithClient:
    """A builder whose orders have the client in them, which those of the suite have not."""

    def __init__(self, builder: KitBuilder, client: EngineClient) -> None:
        """client goes into every order."""
        self._builder = builder
        self._client = client

    async def platform(self) -> KitPlatform:
        """The builder's."""
        return await self._builder.platform()

    async def build(self, order: KitOrder) -> Kit:
        """With the client."""
        return await self._builder.build(replace(order, client=self._client))
