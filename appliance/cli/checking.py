# SPDX-License-Identifier: Apache-2.0
"""`renkei check`: everything that can be said of a configuration without starting it."""

import argparse
import os
import ssl
from collections.abc import Iterator
from pathlib import Path

from appliance.cli.calendar import now
from appliance.cli.door_check import absent_factors
from appliance.cli.here import is_here
from appliance.cli.init import SECRETS
from appliance.cli.letter_check import unprintable_fund, unusable_letters, waiting_letters
from appliance.cli.listening import misfit
from appliance.cli.places import config_path
from appliance.cli.reach_check import open_ways, told_otherwise
from appliance.cli.scanner_check import needed_scanner, unscanned
from appliance.cli.site_certificates import unnamed
from appliance.cli.stores import STORES, wrong_number
from appliance.cli.tunnel_check import unused_engines, without_portal
from appliance.config.credentials import Credentials
from appliance.config.decode import ConfigError, did_you_mean
from appliance.config.load import load
from appliance.config.opening import calendar_of, ending
from appliance.config.own_credentials import credentials_of
from appliance.config.problems import problems
from appliance.config.settings import Settings
from appliance.contracts.families import FAMILIES, Combine
from appliance.host.catalogue import Row, State, catalogue
from appliance.link.messages import MESSAGES
from appliance.model.calendar import date_of
from appliance.model.words import WEB_SITES, Site, Tier


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but --config."""


def run(given: argparse.Namespace) -> int:
    """Print one line a problem; 0 if there is none."""
    path = config_path(given.config)
    settings = load(path)
    rows = catalogue(settings, path)
    found = _all(settings, rows)
    for text in found:
        print(text)
    if not found:
        warn(settings, rows)
        for text in (*told_otherwise(path), *open_ways(path)):
            print(f"warning: {text}")
    print(f"{path}: {_counted(len(found))}")
    return 1 if found else 0


def found_in(settings: Settings, path: Path) -> list[str]:
    """A sentence for each thing that cannot work."""
    return _all(settings, catalogue(settings, path))


def _all(settings: Settings, rows: list[Row]) -> list[str]:
    if not is_here(Tier.VAULT):
        return problems(settings, is_of_vault=False) + unloadable(rows) + unusable_certificates(settings)
    found = problems(settings, needed=SECRETS)
    found += ungrantable(settings)
    found += unloadable(rows) or [*missing(rows, settings), *too_many(rows, settings)]
    found += unusable_certificates(settings)
    found += absent_factors(settings, rows)
    found += unusable_letters(settings, rows)
    found += without_portal(settings, rows)
    return found + needed_scanner(settings, rows)


def warn(settings: Settings, rows: list[Row]) -> None:
    """Print what works today and soon will not, and what waits for somebody to see to it."""
    waiting = (*waiting_letters(settings, rows), *unscanned(settings, rows))
    waiting += (*unused_engines(settings, rows), *unnamed(settings), *unprintable_fund(settings))
    for text in (*ending(calendar_of(settings.calendar), date_of(now())), *waiting):
        print(f"warning: {text}")


def ungrantable(settings: Settings) -> list[str]:
    """A sentence for each word in `grants` that is no action: the plugin would be refused what was meant."""
    actions = tuple(sorted({row.action for row in MESSAGES if row.visit and row.action}))
    return [
        f"grants.{plugin}: `{word}` is no action; {did_you_mean(word, actions)}"
        for plugin, words in settings.grants.items()
        for word in words
        if word not in actions
    ]


def unloadable(rows: list[Row]) -> list[str]:
    """A sentence for each plugin that stops the start."""
    refused = [row for row in rows if row.state is State.REFUSED]
    return list(dict.fromkeys(_of_plugin(row.name, row.why) for row in refused))


def _of_plugin(name: str, why: str) -> str:
    table = f"[plugins.{name}]"
    return why if table in why else f"{table}: {why}"


def missing(rows: list[Row], settings: Settings) -> list[str]:
    """A sentence for each family without which no vault starts, and of which no table names a plugin."""
    there = {family for row in rows if row.name in settings.plugins for family in row.families}
    wanted = [one for one in FAMILIES if one.combine is Combine.EXACTLY_ONE and one.contract is not None]
    return [
        f"plugins: there is no {one.does}; add the table of a {one.id} plugin"
        for one in wanted
        if one.id not in there
    ]


def too_many(rows: list[Row], settings: Settings) -> list[str]:
    """A sentence for each store of which there are several."""
    of = {
        family: {row.name for row in rows if row.name in settings.plugins and family in row.families}
        for family in STORES
    }
    return [wrong_number(family, names) for family, names in of.items() if len(names) > 1]


def unusable_certificates(settings: Settings) -> list[str]:
    """A sentence for each site whose certificate and key no TLS can be made of; missing ones are told elsewhere."""
    secrets = credentials_of(settings)
    return [text for site in WEB_SITES for text in _unusable(secrets, site, settings.sites.of(site).certificate)]


def _unusable(secrets: Credentials, site: Site, certificate: str) -> Iterator[str]:
    try:
        key = secrets.path(f"tls-{site}.key")
    except ConfigError:
        return
    if os.access(certificate, os.R_OK) and Path(certificate).is_file():
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
        except ssl.SSLError as error:
            yield misfit(site.value, certificate, error)


def _counted(problems: int) -> str:
    return "ok" if not problems else "1 problem" if problems == 1 else f"{problems} problems"
