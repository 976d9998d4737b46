# SPDX-License-Identifier: Apache-2.0
"""`renkei init`: keys, certificates, configuration, and the first account of the fund's staff."""

import argparse
import asyncio
import datetime as dt
import importlib.resources
import json
import os
import string
from pathlib import Path

from appliance.cli.certificates import Authority, Span, site_names
from appliance.cli.failure import Failure
from appliance.cli.places import Places, write_whole
from appliance.config.load import parse
from appliance.config.settings import Settings
from appliance.link.messages import AccountAdded, AddAccount
from appliance.model.words import WEB_SITES, Role

SECRET_BYTES = 32
SECRETS = ("master.key", "pepper.key", "journal.key")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `renkei init` takes; everything has a default."""
    parser.add_argument("--root", type=Path, help="keep everything below this folder instead of the system's")
    parser.add_argument("--demo", action="store_true", help="a demo: its own clock, addresses of loopback")
    parser.add_argument("--fund-name", default="れんけい企業年金基金")
    parser.add_argument("--fund-number", type=int, default=123456)
    parser.add_argument("--contact", default="業務課 電話 03-0000-0000 (平日 9:00〜17:00)")
    parser.add_argument("--public", default="127.0.0.11", help="address of the public site")
    parser.add_argument("--portal", default="127.0.0.12", help="address of the portal")
    parser.add_argument("--console", default="127.0.0.13", help="address of the console")
    parser.add_argument("--port", type=int, default=443, help="port of all three sites")
    parser.add_argument("--metrics", default="127.0.0.1:9611", help='listener of the metrics, "" for none')
    parser.add_argument("--staff", default="admin", help="login of the first account")
    parser.add_argument("--staff-name", default="基金 太郎")
    parser.add_argument("--staff-mail", default="staff@example.jp")
    parser.add_argument("--json", action="store_true", help="print the result for programs")


def run(given: argparse.Namespace) -> int:
    """Make everything, then say what to do next. Refuses to touch an installation that is there.

    The configuration is written last: what was broken off before can simply be begun again.
    """
    places = Places.below(given.root) if given.root else Places.of_system()
    if places.config.exists():
        raise Failure(f"{places.config} is there already; init never overwrites an installation")
    places.make()
    for name in SECRETS:
        if not (places.credentials / name).exists():
            write_whole(places.credentials / name, os.urandom(SECRET_BYTES), 0o400)
    text = config_text(given, places)
    settings = parse(text, places.config)
    make_certificates(settings, places)
    added = asyncio.run(first_account(settings, places, given))
    write_whole(places.config, text.encode(), 0o644)
    report(given, places, added)
    return 0


def config_text(given: argparse.Namespace, places: Places) -> str:
    """The configuration, from the template beside this module."""
    template = importlib.resources.files("appliance.cli").joinpath("data/config.toml").read_text("utf-8")
    suffix = "" if given.port == 443 else f":{given.port}"
    addresses = {site.value: getattr(given, site.value) for site in WEB_SITES}
    values = {
        "run": places.run,
        "state": places.state,
        "credentials": places.credentials,
        "certificates": places.certificates,
        "plugins_dir": places.plugins,
        "fund_name": given.fund_name,
        "fund_number": given.fund_number,
        "contact": given.contact,
        "demo": "true" if given.demo else "false",
        "port": given.port,
        "metrics": given.metrics,
        **addresses,
        **{f"{name}_host": f"{address}{suffix}" for name, address in addresses.items()},
    }
    return string.Template(template).substitute({name: _quoted(value) for name, value in values.items()})


def _quoted(value: object) -> str:
    """A value as it may stand between quotes in TOML."""
    return str(value).replace("\\", "\\\\").replace('"', '\\"')


def make_certificates(settings: Settings, places: Places) -> None:
    """An authority of our own, and a certificate for each site."""
    moments = [dt.datetime.now(dt.UTC)]
    if settings.demo.enabled:
        moments.append(dt.datetime.fromisoformat(settings.demo.clock_start))
    authority = Authority(f"{settings.fund.name} Renkei CA", Span.around(*moments))
    write_whole(places.certificates / "authority.pem", authority.pem, 0o644)
    for site in WEB_SITES:
        chosen = settings.sites.of(site)
        chain, key = authority.issue(chosen.address, site_names(chosen.address, chosen.hosts))
        write_whole(places.certificates / f"{site}.pem", chain, 0o644)
        write_whole(places.credentials / f"tls-{site}.key", key, 0o400)


async def first_account(settings: Settings, places: Places, given: argparse.Namespace) -> AccountAdded:
    """The account that can sign in at the console; written by the vault itself, and journaled."""
    from appliance.vault.service import offline

    wanted = AddAccount("", given.staff, given.staff_name, given.staff_mail, Role.FUND_CLERK)
    async with offline(settings, places.config) as ask:
        added = await ask(wanted)
    assert isinstance(added, AccountAdded)
    return added


def report(given: argparse.Namespace, places: Places, added: AccountAdded) -> None:
    """What was made, and what to do next. The password is shown here and never again."""
    if given.json:
        print(json.dumps({"config": str(places.config), "login": given.staff, "password": added.password}))
        return
    print(f"configuration   {places.config}")
    print(f"first account   {given.staff}")
    print(f"its password    {added.password}   (shown this once)")
    print(f"\nnext: renkei check --config {places.config}")
    print(f"      renkei serve --all --config {places.config}")
    print(f"      then sign in at https://{given.console}{'' if given.port == 443 else f':{given.port}'}/")
