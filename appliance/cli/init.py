# SPDX-License-Identifier: Apache-2.0
"""`renkei init`: keys, certificates, configuration, and the first account of the fund's staff."""

import argparse
import asyncio
import datetime as dt
import importlib.resources
import ipaddress
import json
import os
import pwd
import shutil
import string
import subprocess
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from appliance.cli.ask import refusals_explained
from appliance.cli.certificates import Authority, Span, site_names
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.ownership import ROOT, give
from appliance.cli.places import Places, sync_folder, write_whole
from appliance.cli.secret_files import SecretFiles
from appliance.cli.store import opened as opened_stores
from appliance.cli.stores import read_stores
from appliance.config.load import parse
from appliance.config.problems import problems
from appliance.config.settings import Settings
from appliance.link.messages import AdmitStaff
from appliance.model.words import WEB_SITES, Role

SECRET_BYTES = 32
SECRETS = ("master.key", "pepper.key", "journal.key")
VAULT_USER = "renkei-vault"
SYSTEMD = Path("/run/systemd/system")
TARGET = Path("/usr/lib/systemd/system/renkei.target")


@dataclass(frozen=True)
class Added:
    """What a person needs of what was made: how to sign in, and the key that verifies the journal."""

    login: str
    password: str = field(repr=False)
    verifier: str


# Good for a demo; everybody else is told which of them are still there.
EXAMPLES = {
    "fund_name": "れんけい企業年金基金",
    "contact": "業務課 電話 03-0000-0000 (平日 9:00〜17:00)",
    "staff_name": "基金 太郎",
    "staff_mail": "staff@example.jp",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `renkei init` takes; everything has a default."""
    parser.add_argument("--root", type=Path, help="keep everything below this folder instead of the system's")
    parser.add_argument("--demo", action="store_true", help="a demo: its own clock, addresses of loopback")
    parser.add_argument("--fund-name", default=EXAMPLES["fund_name"], help="name of the fund, as on every page")
    parser.add_argument("--fund-number", type=int, default=123456)
    parser.add_argument("--contact", default=EXAMPLES["contact"], help="whom people call, as on every page")
    parser.add_argument("--public", type=address, default="127.0.0.11", help="address of the public site")
    parser.add_argument("--portal", type=address, default="127.0.0.12", help="address of the portal")
    parser.add_argument("--console", type=address, default="127.0.0.13", help="address of the console")
    parser.add_argument("--port", type=int, default=443, help="port of all three sites")
    parser.add_argument("--metrics", default="127.0.0.1:9611", help='listener of the metrics, "" for none')
    parser.add_argument(
        "--gate-metrics", default="127.0.0.1:9612", help="the same of a gate in a process of its own"
    )
    parser.add_argument("--stores", type=Path, help="TOML file with the tables of record store and blob store")
    parser.add_argument("--staff", default="admin", help="login of the first account, of systems (システム担当)")
    parser.add_argument("--staff-name", default=EXAMPLES["staff_name"], help="whose account that is")
    parser.add_argument("--staff-mail", default=EXAMPLES["staff_mail"], help="where letters to that person go")
    parser.add_argument("--json", action="store_true", help="print the result for programs")


def address(text: str) -> str:
    """An IP address in its usual form. Raises ValueError."""
    return str(ipaddress.ip_address(text))


def run(given: argparse.Namespace) -> int:
    """Make everything, then say what to do next. Refuses to touch an installation that is there.

    All is made under a configuration that is not in its place yet. It moves there last, in one step, so that
    what was broken off can be begun again: then keys are kept, and what the vault had written is made anew.
    """
    if given.config:
        raise NotUnderstood("init makes its own configuration; say with --root where, or leave it to the system's")
    places = Places.below(given.root) if given.root else Places.of_system()
    refuse_installed(places)
    stores = read_stores(given.stores) if given.stores else None
    text = config_text(given, places, stores.text if stores else default_stores(places))
    settings = parse(text, places.config)
    if stores:
        stores.refuse_unfit(settings, places.config)
    places.make()
    write_whole(places.unfinished, text.encode(), 0o644)
    secrets = SecretFiles(places.credentials, is_sealed=not settings.credentials)
    make_secrets(secrets)
    make_certificates(settings, places, secrets)
    refuse_impossible(settings, secrets)
    if stores:
        asyncio.run(refuse_used(settings, places))
    added = asyncio.run(first_account(settings, places, given))
    give_to_service(places.vault)
    places.unfinished.rename(places.config)
    sync_folder(places.config.parent)
    if not given.root:
        start_units()
    report(given, places, added)
    return 0


def refuse_installed(places: Places) -> None:
    """Raise Failure for an installation that is there; clear away what an unfinished one had written."""
    if places.config.exists():
        raise Failure(f"{places.config} is there already; init never overwrites an installation")
    if places.unfinished.exists():
        shutil.rmtree(places.vault, ignore_errors=True)
    if places.vault.is_dir() and any(places.vault.iterdir()):
        raise Failure(
            f"{places.vault} holds data, but {places.config} is not there; "
            "bring the configuration back, or move the data away"
        )


def refuse_impossible(settings: Settings, secrets: SecretFiles) -> None:
    """Raise Failure for settings that cannot work, as `renkei check` finds them."""
    if found := problems(settings, secrets.credentials, SECRETS):
        raise Failure("; ".join(found))


def make_secrets(secrets: SecretFiles) -> None:
    """The keys that are missing. None is ever replaced."""
    for name in SECRETS:
        if not secrets.has(name):
            secrets.write(name, os.urandom(SECRET_BYTES))


def default_stores(places: Places) -> str:
    """The tables of the stores where nobody has named others."""
    return _template("stores.toml").substitute(state=_quoted(places.state))


def config_text(given: argparse.Namespace, places: Places, stores: str) -> str:
    """The configuration, from the template beside this module; stores is the text of the stores' tables."""
    addresses = {site.value: getattr(given, site.value) for site in WEB_SITES}
    values = {
        "run": places.run,
        "state": places.state,
        "credentials": places.credentials if given.root else "",
        "certificates": places.certificates,
        "plugins_dir": places.plugins,
        "fund_name": given.fund_name,
        "fund_number": given.fund_number,
        "contact": given.contact,
        "demo": "true" if given.demo else "false",
        "port": given.port,
        "metrics": given.metrics,
        "gate_metrics": given.gate_metrics if given.metrics else "",
        **addresses,
        **{f"{name}_host": _host(address, given.port) for name, address in addresses.items()},
    }
    quoted = {name: _quoted(value) for name, value in values.items()}
    return _template("config.toml").substitute(quoted, stores=stores)


def _template(name: str) -> string.Template:
    return string.Template(importlib.resources.files("appliance.cli").joinpath("data", name).read_text("utf-8"))


def _quoted(value: object) -> str:
    """A value as it may stand between quotes in TOML, which escapes as JSON does."""
    return json.dumps(str(value), ensure_ascii=False)[1:-1]


def _host(address: str, port: int) -> str:
    """The name that people type for an address."""
    name = f"[{address}]" if ":" in address else address
    return name if port == 443 else f"{name}:{port}"


def make_certificates(settings: Settings, places: Places, secrets: SecretFiles) -> None:
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
        secrets.write(f"tls-{site}.key", key)


def give_to_service(folder: Path) -> None:
    """What root has made for the vault belongs to the vault's user, where the package has made one."""
    with suppress(KeyError):
        user = pwd.getpwnam(VAULT_USER)
        if os.geteuid() == ROOT and folder.stat().st_uid == ROOT:
            os.chown(folder, user.pw_uid, user.pw_gid)
            give(folder, ROOT)


def start_units() -> None:
    """Let systemd start the appliance now and with each boot, where it was installed as a package."""
    if SYSTEMD.is_dir() and TARGET.exists():
        for words in (("daemon-reload",), ("enable", "--quiet", "--now", TARGET.name)):
            subprocess.run(("/usr/bin/systemctl", *words), check=False)


async def refuse_used(settings: Settings, places: Places) -> None:
    """Raise Failure for stores in which something is: nothing here can clear them away, and a vault would sweep."""
    from appliance.vault.copying.marks import is_empty

    async with opened_stores(settings, places.config, "new") as stores:
        if not await stores.records.read(is_empty) or await stores.blobs.ids(limit=1):
            raise Failure(
                "the stores are not empty: name empty ones, or empty them if what they hold is of an init that was "
                "broken off"
            )


async def first_account(settings: Settings, places: Places, given: argparse.Namespace) -> Added:
    """The account that can sign in at the console; written by the vault itself, and journaled."""
    from appliance.vault.service import opened

    wanted = AdmitStaff(given.staff, given.staff_name, given.staff_mail, Role.FUND_SYSTEM)
    async with opened(settings, places.config) as vault:
        with refusals_explained(wanted):
            added = await vault.ask(wanted)
        return Added(given.staff, added.password, str(vault.core.checkpoints.verifier))


def examples_in(given: argparse.Namespace) -> list[str]:
    """The words of the command line whose examples people would see, where it is no demo."""
    left = [name for name, example in EXAMPLES.items() if getattr(given, name) == example]
    return [] if given.demo else [f"--{name.replace('_', '-')}" for name in left]


def report(given: argparse.Namespace, places: Places, added: Added) -> None:
    """What was made, and what to do next. The password is shown here and never again."""
    if given.json:
        print(json.dumps({"config": str(places.config), **asdict(added)}))
        return
    print(f"configuration   {places.config}")
    print(f"first account   {added.login}")
    print(f"its password    {added.password}   (shown this once)")
    print(f"journal's key   {added.verifier}   (publish it: bundles are verified with it)")
    if left := examples_in(given):
        print(f"still examples  {', '.join(left)}   (names are in [fund], the person's own under 自分の情報)")
    print(f"\nnext: renkei check --config {places.config}")
    print(f"      renkei serve --all --config {places.config}")
    print(f"      then sign in at https://{_host(given.console, given.port)}/")
