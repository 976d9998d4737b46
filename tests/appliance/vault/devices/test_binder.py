# SPDX-License-Identifier: Apache-2.0
"""The binder that is configured, and what it says that cannot be kept."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.device import BinderAway, Evidence, EvidenceUnusable, Unusable
from appliance.host.refused import ProviderFailed
from appliance.model.devices import Claim
from appliance.model.things import Office
from appliance.testing.memory_device import MemoryBinder
from appliance.vault.devices.binder import binder_of, examined
from tests.appliance.vault.devices.scene import Scene


class Says(MemoryBinder):
    """Changes what it examined, or raises it."""

    def __init__(self, changes: dict[str, Any] | Exception) -> None:
        """changes are of the claim."""
        super().__init__()
        self.changes = changes

    async def examine(self, evidence: Evidence) -> Claim:
        """As changed."""
        if isinstance(self.changes, Exception):
            raise self.changes
        return replace(await super().examine(evidence), **self.changes)


async def test_the_one_that_the_settings_name(scene: Scene) -> None:
    assert binder_of(scene.world.core) is scene.binder
    scene.set(binder="device_other")
    with pytest.raises(BinderAway, match="device_other"):
        binder_of(scene.world.core)


@pytest.mark.parametrize(
    "changes",
    [
        {"seat": 0},
        {"seat": 100},
        {"seat": -(2**70)},
        {"made_at": -1},
        {"made_at": 2**64},
        {"kit": "k" * 101},
        {"contract_number": "1" * 101},
        {"short_code": "A" * 101},
        {"fingerprint": {str(number): "x" for number in range(65)}},
    ],
)
async def test_what_is_signed_but_cannot_be_kept(scene: Scene, sakura: Office, changes: dict[str, Any]) -> None:
    content = await scene.evidence(sakura)
    scene.world.plugins.given["device"] = []
    scene.world.plugins.add("device", Says(changes), "device_code")
    with pytest.raises(EvidenceUnusable) as caught:
        await examined(scene.world.core, content)
    assert caught.value.why is Unusable.NOT_ONE


async def test_a_binder_that_fails_says_nothing_of_the_file(scene: Scene, sakura: Office) -> None:
    content = await scene.evidence(sakura)
    scene.world.plugins.given["device"] = []
    scene.world.plugins.add("device", Says(ProviderFailed("hung")), "device_code")
    with pytest.raises(BinderAway):
        await examined(scene.world.core, content)
