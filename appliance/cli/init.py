# SPDX-License-Identifier: Apache-2.0
"""`renkei init`: keys, certificates, configuration, and the first account of the fund's staff."""

import argparse
import asyncio
import getpass
import importlib.resources
import ipaddress
import json
import os
import pwd
import shutil
import string
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from appliance.cli import answers, engines
from appliance.cli.ask import refusals_explained
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.first_start import is_installed, out_of_reach, refuse_taken, start_units
from appliance.cli.here import need
from appliance.cli.ownership import ROOT, give
from appliance.cli.places import Places
from appliance.cli.secret_files import SecretFiles
from appliance.cli.site_certificates import brought, make_certificates
from appliance.cli.store import opened as opened_stores
from appliance.cli.stores import read_stores
from appliance.config.load import parse
from appliance.config.problems import problems
from appliance.config.settings import Settings
from appliance.host.durable import sync_folder, write_whole
from appliance.host.found import installed
from appliance.link.messages import AdmitStaff
from appliance.model.words import WEB_SITES, Role, Site, Tier

SECRET_BYTES = 32
SECRETS = ("master.key", "pepper.key", "journal.key")
MAIL_PASSWORD = "smtp-password"  # noqa: S105 - the name of a credential
VAULT_USER = "renkei-vault"
WINDOWS = "kit_windows"
# Where the sites show their figures, if any process does.
SITE_METRICS = {"public": "127.0.0.1:9613", "portal": "127.0.0.1:9614", "console": "127.0.0.1:9615"}


@dataclass(frozen=True)
class Added:
    """What a person needs of what was made: how to sign in, and the key that verifies the journal."""

    login: str
    password: str = field(repr=False)
    verifier: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `renkei init` takes; everything has a default."""
    parser.add_argument("--root", type=Path, help="keep everything below this folder instead of the system's")
    parser.add_argument("--demo", action="store_true", help="a demo: its own clock, addresses of loopback")
    answers.arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the result for programs")


def run(given: argparse.Namespace) -> int:
    """Make everything, then say what to do next. Refuses to touch an installation that is there.

    All is made under a configuration that is not in its place yet. It moves there last, in one step, so that
    what was broken off can be begun again: then keys are kept, and what the vault had written is made anew.
    """
    need(Tier.VAULT)
    places = settled(given)
    public = brought(given.public_certificate, given.public_key)
    password = mail_password(given)
    stores = read_stores(given.stores) if given.stores else None
    text = config_text(given, places, stores.text if stores else default_stores(places))
    settings = parse(text, places.config)
    if stores:
        stores.refuse_unfit(settings, places.config)
    places.make()
    write_whole(places.unfinished, text.encode(), 0o644)
    secrets = SecretFiles(places.credentials, is_sealed=not settings.credentials)
    make_secrets(secrets)
    engines.make_secret(given, secrets)
    if password:
        secrets.write(MAIL_PASSWORD, password)
    make_certificates(settings, places.certificates, secrets, public)
    refuse_impossible(settings, secrets)
    starts = is_installed() and not given.root
    if starts:
        refuse_taken(settings)
    if stores:
        asyncio.run(refuse_used(settings, places))
    added = asyncio.run(first_account(settings, places, given))
    give_to_service(places.vault)
    places.unfinished.rename(places.config)
    sync_folder(places.config.parent)
    report(given, places, added, out_of_reach(settings) if starts else [])
    if starts:
        start_units()
    return 0


def settled(given: argparse.Namespace) -> Places:
    """Where everything goes; what was not said is asked, or has its default. Raises NotUnderstood and Failure."""
    if given.config:
        raise NotUnderstood("init makes its own configuration; say with --root where, or leave it to the system's")
    places = Places.below(given.root) if given.root else Places.of_system()
    if not given.root and os.geteuid() != ROOT:
        raise Failure("init writes below /etc and /var/lib: say it as root (sudo renkei init)")
    refuse_installed(places)
    answers.settle(given)
    engines.settle(given)
    return places


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
        **{site.value: getattr(given, site.value) for site in WEB_SITES},
        **{f"{site}_metrics": place if given.metrics else "" for site, place in SITE_METRICS.items()},
    }
    quoted = {name: _quoted(value) for name, value in values.items()}
    tables = {"mail": mail_table(given), "stores": stores, "windows": windows_table(given)}
    return _template("config.toml").substitute(quoted, **site_names(given), **tables, **of_tunnels(given, places))


def site_names(given: argparse.Namespace) -> dict[str, str]:
    """By which names each site is reached, and where letters and kits lead, as it stands in TOML."""
    hosts = {f"{site}_hosts": _listed(hosts_of(given, site)) for site in WEB_SITES}
    first = {site: hosts_of(given, site)[0].lower() for site in (Site.PUBLIC, Site.PORTAL)}
    return hosts | {f"{site}_url": _quoted(f"https://{host}/") for site, host in first.items()}


def of_tunnels(given: argparse.Namespace, places: Places) -> dict[str, str]:
    """What a VPN session reaches, and the tables of its engine."""
    inside = f'portal = "{given.portal}"\nports = [{given.port}]\n' if given.engine else ""
    return {"inside": inside, "tunnels": engines.tables(given, places.certificates)}


def hosts_of(given: argparse.Namespace, site: Site) -> list[str]:
    """The names that people type for a site: the one that was given, and its address."""
    name, address = getattr(given, f"{site}_name"), getattr(given, site)
    return [_host(one, given.port) for one in dict.fromkeys([name, address]) if one]


def has_windows_kits(given: argparse.Namespace) -> bool:
    """Whether kits for Windows are to be made: where their plugin is installed. A demo has no client to put in."""
    return not given.demo and any(plugin.name == WINDOWS for plugin in installed())


def windows_table(given: argparse.Namespace) -> str:
    """The table of the kits for Windows, with what is still to be done."""
    return _template(f"{WINDOWS}.toml").substitute() if has_windows_kits(given) else ""


def mail_table(given: argparse.Namespace) -> str:
    """The table of the mail server, where one was named; one on this machine speaks in the clear."""
    if not given.mail_server:
        return ""
    host, colon, port = given.mail_server.rpartition(":")
    name = (host if colon else port).strip("[]")
    is_near = is_loopback(name)
    table = {
        "host": name,
        "port": int(port) if colon else 25 if is_near else 587,
        "security": "none" if is_near else "starttls",
        "sender": given.mail_sender,
        "user": given.mail_user,
        "password": MAIL_PASSWORD if given.mail_user else None,
    }
    lines = [f"{key} = {_toml(value)}" for key, value in table.items() if value not in (None, "")]
    return "\n".join(["[plugins.mail_smtp]", *lines, ""])


def is_loopback(host: str) -> bool:
    """Whether a mail server is this machine."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def mail_password(given: argparse.Namespace) -> bytes:
    """The password of the user at the mail server, of a file or of the person who answers; empty where none is."""
    if not given.mail_user:
        return b""
    if given.mail_password_file:
        found: bytes = given.mail_password_file.read_bytes().strip(b"\r\n")
        return found
    if not given.answers and not given.json and sys.stdin.isatty():
        return getpass.getpass(f"password of {given.mail_user} at the mail server: ").encode()
    raise Failure("--mail-user needs its password: --mail-password-file FILE")


def _template(name: str) -> string.Template:
    return string.Template(importlib.resources.files("appliance.cli").joinpath("data", name).read_text("utf-8"))


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int) else f'"{_quoted(value)}"'


def _listed(texts: list[str]) -> str:
    """A list as it stands in TOML."""
    return f"[{', '.join(_toml(text) for text in texts)}]"


def _quoted(value: object) -> str:
    """A value as it may stand between quotes in TOML, which escapes as JSON does."""
    return json.dumps(str(value), ensure_ascii=False)[1:-1]


def _host(address: str, port: int) -> str:
    """The name that people type for an address."""
    name = f"[{address}]" if ":" in address else address
    return name if port == 443 else f"{name}:{port}"


def give_to_service(folder: Path) -> None:
    """What root has made for the vault belongs to the vault's user, where the package has made one."""
    with suppress(KeyError):
        user = pwd.getpwnam(VAULT_USER)
        if os.geteuid() == ROOT and folder.stat().st_uid == ROOT:
            os.chown(folder, user.pw_uid, user.pw_gid)
            give(folder, ROOT)


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


def report(given: argparse.Namespace, places: Places, added: Added, unreached: list[str]) -> None:
    """What was made, who will not reach it, and what to do next. The password is shown here and never again."""
    if given.json:
        print(json.dumps({"config": str(places.config), **asdict(added)}))
        return
    print(f"configuration   {places.config}")
    print(f"first account   {added.login}")
    print(f"its password    {added.password}   (shown this once)")
    print(f"journal's key   {added.verifier}   (publish it: bundles are verified with it)")
    if left := answers.examples_in(given):
        print(f"still examples  {', '.join(left)}   (change them in the configuration; a person, under 自分の情報)")
    for sentence in unreached:
        print(f"not reached     {sentence}")
    print("\nnext:")
    for number, step in enumerate(next_steps(given, places), 1):
        print(f"{number:2}. {step}")


def next_steps(given: argparse.Namespace, places: Places) -> list[str]:
    """What is left to a person, in the order in which it is done."""
    config = f" --config {places.config}" if given.root else ""
    console = hosts_of(given, Site.CONSOLE)[0]
    trusted, authority = places.certificates / "trusted.pem", places.certificates / "authority.pem"
    steps = ["renkei doctor: each thing that does not work yet, and what to do"]
    if given.root:
        steps = [f"renkei check{config}", f"renkei serve --all{config}"]
    steps += [
        *engines.next_steps(given),
        f"trust {trusted} on the PCs of the fund's staff, and {authority} on those of the offices",
        f"sign in at https://{console}/ as {given.staff}; have an authenticator app at hand",
        "add a second person of systems there, under 職員: what changes the staff takes two",
    ]
    if not given.mail_server:
        steps.append("name the mail server, [plugins.mail_smtp]: offices get their one-time passwords by mail")
    if given.public_certificate is None:
        steps.append(
            f"bring a certificate for the public site that browsers trust: renkei certificate put public{config}"
        )
    if has_windows_kits(given):
        steps.append(engines.step_of_windows(given, config))
    steps.append(f"renkei credential export FOLDER{config}, and lock it away: without the keys nothing opens again")
    steps.append(f"renkei journal verify{config}, now and once a month: in an hour monitoring asks for it")
    return steps
