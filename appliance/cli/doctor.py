# SPDX-License-Identifier: Apache-2.0
"""`renkei doctor`: every dependency with its light, its cause and what to do; for people and for monitoring.

What the vault tells is what its page at the console shows. Beside that, from here: whether the configuration can
work, whether the vault answers, and whether each site does.
"""

import argparse
import asyncio
import errno
import json
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from appliance import __version__
from appliance.cli.ask import ask
from appliance.cli.checking import found_in
from appliance.cli.doctor_words import words_of
from appliance.cli.failure import Failure
from appliance.cli.here import is_here, sites_here
from appliance.cli.places import config_path
from appliance.config.decode import ConfigError
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.host.refused import StartRefused
from appliance.link.messages import Diagnose, Diagnosis, Finding
from appliance.model.health import About, Light
from appliance.model.words import Site, Tier

VAULT_SECONDS = 20.0
SITE_SECONDS = 3.0
CODES = {Light.GREEN: 0, Light.UNKNOWN: 0, Light.YELLOW: 1, Light.RED: 2}
SIGNS = {Light.GREEN: "ok     ", Light.YELLOW: "warning", Light.RED: "BROKEN ", Light.UNKNOWN: "?      "}


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei doctor`."""
    parser.add_argument("--json", action="store_true", help="for programs")


def run(given: argparse.Namespace) -> int:
    """Say how everything is; 0 all is well, 1 something needs somebody soon, 2 something does not work."""
    path = config_path(given.config)
    try:
        findings = list(everything(load(path), path))
    except ConfigError as error:
        findings = [Finding(About.CONFIG, Light.RED, said=str(error))]
    show(findings, as_json=given.json)
    return max(CODES[one.light] for one in findings)


def everything(settings: Settings, path: Path) -> Iterator[Finding]:
    """What the vault tells, and what can be seen from here."""
    yield from _of_vault(path) if is_here(Tier.VAULT) else [Finding(About.VAULT, Light.UNKNOWN)]
    wrong = _wrong(settings, path)
    yield from (Finding(About.CONFIG, Light.RED, said=text) for text in wrong)
    if not wrong:
        yield Finding(About.CONFIG, Light.GREEN)
    yield from asyncio.run(sites(settings))


def _of_vault(path: Path) -> Iterator[Finding]:
    try:
        told: Diagnosis = ask(path, Diagnose(), timeout=VAULT_SECONDS)
        yield from told.findings
        yield Finding(About.VAULT, Light.GREEN)
    except Failure as error:
        yield Finding(About.VAULT, Light.RED, said=str(error))


def _wrong(settings: Settings, path: Path) -> list[str]:
    """What `renkei check` says."""
    try:
        return found_in(settings, path)
    except (ConfigError, StartRefused) as error:
        return [str(error)]


async def sites(settings: Settings) -> list[Finding]:
    """Whether each site of this host shakes hands, all asked at once."""
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_site(settings, site)) for site in sites_here(settings)]
    return [task.result() for task in asked]


async def _site(settings: Settings, site: Site) -> Finding:
    """Who a site is does not matter here: its certificate has a light of its own."""
    chosen = settings.sites.of(site)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(SITE_SECONDS):
            # From its own address: where this machine does not have it, another one may answer there.
            own = (chosen.address, 0)
            _, writer = await asyncio.open_connection(chosen.address, chosen.port, ssl=context, local_addr=own)
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
    except TimeoutError:
        return Finding(About.SITE, Light.RED, site.value, said=f"no answer within {SITE_SECONDS:g} s")
    except (OSError, ssl.SSLError) as error:
        said = error.strerror or str(error)
        if error.errno == errno.EADDRNOTAVAIL:
            said = f"this machine does not have {chosen.address}"
        return Finding(About.SITE, Light.RED, site.value, said=said)
    return Finding(About.SITE, Light.GREEN, site.value)


def show(findings: list[Finding], *, as_json: bool) -> None:
    """Print them: what is broken first, then what is not, each with what to do."""
    if as_json:
        rows = [{**msgspec.to_builtins(one), **_told(one)} for one in findings]
        worst = max(findings, key=lambda one: CODES[one.light])
        print(
            json.dumps({"version": __version__, "light": worst.light.value, "findings": rows}, ensure_ascii=False)
        )
        return
    for one in sorted(findings, key=lambda one: -CODES[one.light]):
        told = _told(one)
        print(f"{SIGNS[one.light]} {told['cause']}")
        if told["fix"]:
            print(f"        {told['fix']}")


def _told(one: Finding) -> dict[str, str]:
    words = words_of(one)
    return {"cause": words.cause, "fix": words.fix}
