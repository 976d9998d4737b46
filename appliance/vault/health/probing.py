# SPDX-License-Identifier: Apache-2.0
"""What has to be tried: stores, plugins and the mail server, each within a few seconds, at most twice a minute."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from appliance import __version__
from appliance.host.examining import Examined
from appliance.link.messages import Diagnose, Diagnosis, Finding, ReadDiagnosis
from appliance.link.refusals import Refused
from appliance.model.health import About, Light
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.health.looking import one_line, read, seen
from appliance.vault.kits.ordering import builders
from appliance.vault.reading import journal_reading

STORE_SECONDS = 5.0
NOTIFIER = "notifier"
ORDER = {about: number for number, about in enumerate(About)}


async def diagnose(core: Core, caller: Caller, message: Diagnose | ReadDiagnosis) -> Diagnosis:
    """Every dependency with its light; journaled once in ten minutes, for monitoring asks often.

    An administrator is told also while nothing can be written: that is what is looked for then.
    """
    try:
        await journal_reading(core, caller, "doctor")
    except Refused:
        if caller.visit is not None:
            raise
    return await core.doctor.ask(core.clock, lambda: examined(core))


async def examined(core: Core) -> Diagnosis:
    """Look at everything, all at the same time."""
    now = core.clock.now()
    async with asyncio.TaskGroup() as group:
        records = group.create_task(tried(About.RECORDS, core.records.usage))
        blobs = group.create_task(tried(About.BLOBS, core.blobs.check))
        plugins = group.create_task(core.examine_plugins())
        kept = group.create_task(_read(core))
        kits = group.create_task(of_kits(core))
    found = (
        records.result(),
        blobs.result(),
        *seen(core),
        *of_plugins(core, plugins.result()),
        *kept.result(),
        *kits.result(),
    )
    return Diagnosis(__version__, now, tuple(sorted(found, key=lambda one: ORDER[one.about])))


async def tried(about: About, call: Callable[[], Awaitable[object]]) -> Finding:
    """A store that answers, or why it does not."""
    try:
        async with asyncio.timeout(STORE_SECONDS):
            await call()
    except TimeoutError:
        return Finding(about, Light.RED, said=f"no answer within {STORE_SECONDS:g} s")
    except Exception as error:  # noqa: BLE001 - a store may fail in any way, and that is the finding
        return Finding(about, Light.RED, said=one_line(str(error) or type(error).__name__))
    return Finding(about, Light.GREEN)


async def _read(core: Core) -> tuple[Finding, ...]:
    """Nothing, where the records cannot be read: that is a finding of its own."""
    try:
        async with asyncio.timeout(STORE_SECONDS):
            return await core.read(lambda snapshot: read(snapshot, core.log, core.clock.now()))
    except (Refused, TimeoutError):
        return ()


async def of_kits(core: Core) -> list[Finding]:
    """Each kind of PC by itself; nothing, where builders or records do not answer: other findings say so."""
    try:
        async with asyncio.timeout(STORE_SECONDS):
            able = await builders(core)
    except (Refused, TimeoutError):
        return []
    found = [
        Finding(
            About.KITS,
            Light.YELLOW if one.missing else Light.GREEN,
            one_line(one.platform.name),
            said=one_line(one.missing),
        )
        for one in able
    ]
    return found or [Finding(About.KITS, Light.UNKNOWN)]


def of_plugins(core: Core, states: Mapping[str, Examined]) -> list[Finding]:
    """The notifiers by themselves, for without mail nobody comes in; all others with what they say."""
    mail = {one.plugin for one in core.providers.all(NOTIFIER)}
    found = [
        Finding(
            About.MAIL if name in mail else About.PLUGIN,
            Light.GREEN if state.works else Light.RED if state.is_there else Light.YELLOW,
            name,
            said=one_line(state.why),
        )
        for name, state in sorted(states.items())
    ]
    return found if mail else [Finding(About.MAIL, Light.YELLOW), *found]
