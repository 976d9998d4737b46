# SPDX-License-Identifier: Apache-2.0
"""The device binder that is configured; where it cannot be asked, nothing is said of any file."""

from appliance.contracts.device import MAX_EVIDENCE, BinderAway, DeviceBinder, Evidence, EvidenceUnusable, Unusable
from appliance.contracts.plugin import PluginError
from appliance.host.refused import ProviderFailed
from appliance.model.devices import LAST_SEAT, Claim
from appliance.vault.core import Core

MAX_TRAITS = 64
MAX_TEXT = 100
MAX_INSTANT = 2**62


def binder_of(core: Core) -> DeviceBinder:
    """The binder that the settings name. Raises BinderAway."""
    name = core.settings.devices.binder
    for provided in core.providers.all("device"):
        if provided.plugin == name:
            found: DeviceBinder = provided.provider
            return found
    raise BinderAway(f"the device binder {name} is not configured; add [plugins.{name}]")


async def examined(core: Core, content: bytes) -> Claim:
    """What a file claims. Raises EvidenceUnusable, BinderAway."""
    if len(content) > MAX_EVIDENCE:
        raise EvidenceUnusable(Unusable.TOO_LONG)
    try:
        claim = await binder_of(core).examine(Evidence(content))
    except (ProviderFailed, PluginError) as error:
        raise BinderAway(str(error)) from error
    if not _can_be_kept(claim):
        raise EvidenceUnusable(Unusable.NOT_ONE)
    return claim


def _can_be_kept(claim: Claim) -> bool:
    """Whoever holds a device key can sign any number and any length."""
    texts = (claim.contract_number, claim.kit, claim.short_code, claim.wireguard_key)
    return (
        0 < claim.seat <= LAST_SEAT
        and 0 <= claim.made_at < MAX_INSTANT
        and all(len(text) <= MAX_TEXT for text in texts)
        and len(claim.fingerprint) <= MAX_TRAITS
    )
