# SPDX-License-Identifier: Apache-2.0
"""The plugin in a real host: kits are ready when the vault is."""

from pathlib import Path

from appliance.contracts.kit import KitPlatform
from appliance.testing.hosting import hosted
from tests.plugins.kit_linux.office_pc import order


async def test_a_host_makes_kits(tmp_path: Path) -> None:
    async with hosted(tmp_path, {"kit_linux": {}}) as host:
        [provided] = host.all("kit")
        platform = await provided.provider.platform()
        assert isinstance(platform, KitPlatform) and platform.name == "Linux" and not platform.missing
        kit = await provided.provider.build(order(seat=2))
        assert kit.file_name == "setup.916237-0000021.02.run"
        assert len(b"".join([piece async for piece in kit.chunks()])) == kit.size
