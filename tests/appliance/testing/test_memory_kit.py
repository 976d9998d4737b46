# SPDX-License-Identifier: Apache-2.0
"""The fake builder's kits are their order as text."""

import json

from appliance.contracts.kit import Kit
from appliance.testing.kit_suite import ORDER
from appliance.testing.memory_kit import MemoryKits


async def read(kit: Kit) -> bytes:
    return b"".join([piece async for piece in kit.chunks()])


async def test_a_kit_says_what_was_ordered() -> None:
    kits = MemoryKits("Other", ".bin")
    kit = await kits.build(ORDER)
    said = json.loads(await read(kit))
    assert (said["contract_number"], said["seat"], said["binding"]) == ("916237-0000021", 1, {"fund": "916237"})
    assert kit.file_name == "setup.916237-0000021.01.bin" and (await kits.platform()).name == "Other"
    assert kits.built == 1


async def test_a_version_makes_other_kits_and_says_so_and_salt_does_not() -> None:
    kits = MemoryKits()
    first, version = (await kits.build(ORDER)).sha256, (await kits.platform()).version
    kits.salt = "x"
    assert (await kits.build(ORDER)).sha256 != first and (await kits.platform()).version == version
    kits.version = "2"
    assert (await kits.platform()).version != version
