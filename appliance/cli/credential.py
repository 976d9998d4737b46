# SPDX-License-Identifier: Apache-2.0
"""`renkei credential`: secrets put into their folder, for this host alone, and listed without what they are."""

import argparse
import datetime as dt
import getpass
import json
import os
import sys
from pathlib import Path

from appliance.cli.failure import Failure
from appliance.cli.ownership import ROOT
from appliance.cli.places import Places, config_path
from appliance.cli.secret_files import SecretFiles
from appliance.cli.site_certificates import AUTHORITY_KEY
from appliance.config.credentials import MAX_BYTES, is_name
from appliance.config.load import load
from appliance.host.durable import write_whole

# The vault's data hangs on these: another one in their place would close it for ever.
KEPT = {
    "master.key": "`renkei keys rotate` changes it",
    "pepper.key": "every password would be wrong from then on",
    "journal.key": "nobody could verify the journal any more",
    AUTHORITY_KEY: "the certificate of the authority belongs to it",
}
JAPAN = dt.timezone(dt.timedelta(hours=9), "JST")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei credential set` and `list`."""
    words = parser.add_subparsers(dest="word", required=True)
    put = words.add_parser("set", help="keep a secret, from standard input or asked for")
    put.add_argument("name", help="as the configuration names it, such as smtp-password")
    put.add_argument(
        "--restore", action="store_true", help="also one of the vault's own keys, from your copy of it"
    )
    copy = words.add_parser("export", help="the vault's own keys in plain, for a safe far from this host")
    copy.add_argument("folder", type=Path, help="it is made; best on a medium that is encrypted itself")
    listing = words.add_parser("list", help="names and dates, never the secrets")
    listing.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """Do what the word says."""
    secrets = _secrets(given)
    return {"set": put_secret, "list": list_secrets, "export": export}[given.word](given, secrets)


def _secrets(given: argparse.Namespace) -> SecretFiles:
    """Those of the configuration; where `renkei init` has not run yet, those of the system."""
    path = config_path(given.config)
    if given.config is None and not path.exists():
        secrets = SecretFiles(Places.of_system().credentials, is_sealed=True)
    else:
        secrets = SecretFiles.of(load(path))
    if "CREDENTIALS_DIRECTORY" in os.environ or (secrets.is_sealed and os.geteuid() != ROOT):
        raise Failure("secrets are kept by root: run this as root, and outside of a unit")
    return secrets


def put_secret(given: argparse.Namespace, secrets: SecretFiles) -> int:
    """Keep it, in one step; what was kept before under this name is gone."""
    _refuse_name(given.name, secrets, is_restored=given.restore)
    secret = _asked(given.name) if sys.stdin.isatty() else without_end(sys.stdin.buffer.read(MAX_BYTES + 1))
    if not secret or len(secret) > MAX_BYTES:
        raise Failure(f"a secret has from 1 to {MAX_BYTES} bytes; this one has {len(secret) or 'none'}")
    secrets.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secrets.write(given.name, secret)
    sealed = "sealed for this host" if secrets.is_sealed else "readable for its owner alone"
    print(f"{secrets.folder / given.name} is kept, {sealed}")
    print(
        "next: restart what uses it, as by `systemctl restart renkei-vault`; `renkei doctor` says whether it fits"
    )
    return 0


def _refuse_name(name: str, secrets: SecretFiles, *, is_restored: bool) -> None:
    if not is_name(name):
        raise Failure(f"a credential cannot be called {name!r}")
    if name in KEPT and secrets.has(name):
        raise Failure(f"{name} is there and stays: {KEPT[name]}")
    if name in KEPT and not is_restored:
        raise Failure(f"{name} is made by `renkei init`; to bring back that of an old installation, say --restore")


def _asked(name: str) -> bytes:
    first = getpass.getpass(f"{name}: ")
    if getpass.getpass(f"{name}, once more: ") != first:
        raise Failure("the two are not the same; nothing was changed")
    return first.encode()


def without_end(secret: bytes) -> bytes:
    """A password that a program wrote as a line, without the end of the line; anything else as it is."""
    line = secret.removesuffix(b"\n").removesuffix(b"\r")
    is_line = line != secret and b"\n" not in line and line.isascii() and line.decode().isprintable()
    return line if is_line else secret


def export(given: argparse.Namespace, secrets: SecretFiles) -> int:
    """What is sealed opens on this host alone: this is the copy that opens the fund's data anywhere."""
    try:
        given.folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise Failure(f"{given.folder} is there already; name a new folder, such as {given.folder}/keys") from error
    for name in KEPT:
        write_whole(given.folder / name, secrets.credentials.get(name), 0o400)
    print(f"{given.folder}: {', '.join(KEPT)}")
    print("next: lock it away, but not with the backups; on another host: renkei credential set NAME --restore")
    return 0


def list_secrets(given: argparse.Namespace, secrets: SecretFiles) -> int:
    """Each with when it was written, and whether it opens here; 1 where one does not."""
    rows = [_row(name, secrets) for name in secrets.names()]
    if given.json:
        print(json.dumps(rows))
    for row in [] if given.json else rows:
        print(f"{row['name']:24} {row['written']}{'' if row['opens'] else '   does not open here'}")
    return 0 if all(row["opens"] for row in rows) else 1


def _row(name: str, secrets: SecretFiles) -> dict[str, object]:
    written = dt.datetime.fromtimestamp((secrets.folder / name).stat().st_mtime, JAPAN)
    return {"name": name, "written": f"{written:%Y-%m-%d %H:%M:%S} JST", "opens": secrets.opens(name)}
