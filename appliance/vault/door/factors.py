# SPDX-License-Identifier: Apache-2.0
"""The second factors that are configured, and what it takes to ask one as long for a stranger as for an account."""

import hmac
from typing import Final

from appliance.contracts.factor import Begun, Enrolled, EnrolRequest, Factor, FactorRequest
from appliance.contracts.plugin import PluginError
from appliance.host.refused import ProviderFailed, StartRefused
from appliance.link.refusals import Refused, Why
from appliance.model.time import Instant
from appliance.vault.core import Core
from appliance.vault.door.seeking import Stranger, Whom
from appliance.vault.records.tables import factors

SIGN_IN: Final = "sign_in"
DECOY: Final = "stranger"
MAX_NAME = 64


class NoFactor(Refused):
    """The second factor is not there, or does not work: nobody comes in without. reason goes into the journal."""

    def __init__(self, reason: str) -> None:
        """reason is a short sentence."""
        super().__init__(Why.NOT_ALLOWED, "door.no_factor")
        self.reason = reason


def factor(core: Core, name: str) -> Factor:
    """The second factor of this name. Raises NoFactor."""
    for provided in core.providers.all("factor"):
        if provided.plugin == name:
            found: Factor = provided.provider
            return found
    raise NoFactor(f"the second factor {name} is not configured")


def need_factors(core: Core) -> None:
    """Raise StartRefused where the settings name a second factor that is not configured: nobody could come in."""
    configured = {provided.plugin for provided in core.providers.all("factor")}
    for key, name in core.settings.door.factors.items():
        if name not in configured:
            raise StartRefused(
                f"[door]: `{key}` names {name}, which is no configured second factor; add [plugins.{name}]"
            )


def sends(core: Core, name: str) -> bool:
    """Whether its codes go out by mail."""
    return name == core.settings.door.mailed_factor


async def factor_of(core: Core, who: Whom) -> str:
    """What an office user signs in with: codes by mail, unless the fund allows an app and the user has one.

    Half of all strangers seem to have one: what is said after five wrong codes is not the same of both.
    """
    door = core.settings.door
    if not door.app_factor:
        return door.mailed_factor
    found = await core.read(lambda snapshot: factors.get(snapshot, who.id, door.app_factor, SIGN_IN))
    if isinstance(who, Stranger):
        has_app = bool(hmac.digest(core.pepper, b"seems to have an app\0" + who.name, "sha256")[0] & 1)
    else:
        has_app = found is not None and bool(found.proven_at)
    return door.app_factor if has_app else door.mailed_factor


async def enrolled(core: Core, name: str, account: str, label: str, now: Instant) -> Enrolled:
    """A fresh state for an account. Raises NoFactor."""
    request = EnrolRequest(account, label[:MAX_NAME], core.settings.fund.name[:MAX_NAME], now)
    try:
        return await factor(core, name).enrol(request)
    except (ProviderFailed, PluginError) as error:
        raise NoFactor(f"the second factor {name} cannot enrol") from error


async def begun(core: Core, name: str, account: str, state: bytes, now: Instant) -> Begun:
    """The code that is to be sent. Raises NoFactor."""
    try:
        return await factor(core, name).begin(FactorRequest(account, state, now))
    except (ProviderFailed, PluginError) as error:
        raise NoFactor(f"the second factor {name} cannot make a code") from error


async def decoy(core: Core, name: str, now: Instant) -> bytes:
    """A state that nobody has, to compare with where an account has none. Raises NoFactor."""
    if name not in core.decoys:
        state = (await enrolled(core, name, DECOY, DECOY, now)).state
        core.decoys[name] = (await begun(core, name, DECOY, state, now)).state
    return core.decoys[name]
