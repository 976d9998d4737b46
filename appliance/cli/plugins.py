# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin`: what there is, what comes and goes, what is left out from the next start on."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from appliance.cli.ask import ask
from appliance.cli.failure import Failure
from appliance.cli.places import config_path
from appliance.cli.plugin_check import check
from appliance.cli.plugin_install import install, journal_offline, remove
from appliance.cli.plugin_new import FAMILIES, new
from appliance.cli.plugin_next import restart, steps
from appliance.cli.plugin_pack import pack
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.host.blocked import read_blocked, write_blocked
from appliance.host.catalogue import Row, catalogue
from appliance.host.hooks import may_be_missing
from appliance.host.present import present, trusted_owners
from appliance.link.messages import BlockPlugin

OFFLINE = "also while the vault cannot start"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words below `plugin`."""
    words = parser.add_subparsers(dest="word", required=True, metavar="WORD")
    listing = words.add_parser("list", help="name, version, tier, families and state of each plugin")
    listing.add_argument("--json", action="store_true")
    adding = words.add_parser("install", help="let in wheels and single files of the fund's own")
    adding.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="wheels, or files such as my_policy.py")
    adding.add_argument("--allow-native", action="store_true", help="also compiled code, for this Python")
    looking = words.add_parser("check", help="may it be installed, and does it keep its contracts? Needs no vault")
    looking.add_argument("path", type=Path, help="a wheel, a folder with pyproject.toml, or a single file")
    looking.add_argument("--settings", type=Path, metavar="FILE", help="with its table [plugins.NAME]")
    looking.add_argument("--allow-native", action="store_true", help="also compiled code, for this Python")
    packing = words.add_parser("pack", help="make a wheel of a folder, without running anything of it")
    packing.add_argument("path", type=Path, help="a folder with pyproject.toml")
    packing.add_argument("--into", type=Path, default=Path(), metavar="FOLDER", help="where to; else here")
    making = words.add_parser("new", help="write a folder with a plugin that works, its test and its README")
    making.add_argument("name", help="such as policy_lunch; the folder gets this name")
    making.add_argument("--family", default=FAMILIES[0], choices=FAMILIES, help="what it offers; else a policy")
    away = words.add_parser("remove", help="take one out again; its table must be gone")
    away.add_argument("name", help="of the plugin, or of its distribution")
    for one in (adding, away):
        one.add_argument("--offline", action="store_true", help=OFFLINE)
    for word, text in (("block", "leave a plugin out from the next start on"), ("unblock", "let it in again")):
        one = words.add_parser(word, help=text)
        one.add_argument("name")
        one.add_argument("--offline", action="store_true", help=OFFLINE)


def run(given: argparse.Namespace) -> int:
    """Do the chosen word."""
    path = config_path(given.config)
    return WORDS[given.word](path, given)


def list_all(path: Path, given: argparse.Namespace) -> int:
    """Print what there is; without a configuration, what is installed."""
    show(catalogue(load(path), path) if given.config or path.exists() else catalogue(), given.json)
    return 0


def install_some(path: Path, given: argparse.Namespace) -> int:
    """Print what was installed, and what to do next."""
    done = install(path, given.paths, allow_native=given.allow_native, is_offline=given.offline)
    for line in done.lines:
        print(f"installed {line}")
    without_table = done.plugins.keys() - load(path).plugins.keys()
    for line in steps(path, without_table, set().union(*done.plugins.values())):
        print(line)
    return 0


def remove_one(path: Path, given: argparse.Namespace) -> int:
    """Print what was removed."""
    print(f"removed {remove(path, given.name, is_offline=given.offline)}")
    return 0


def check_one(path: Path, given: argparse.Namespace) -> int:
    """Print what was found; 0 if it may be installed."""
    return check(given.path, given.settings, allow_native=given.allow_native)


def pack_one(path: Path, given: argparse.Namespace) -> int:
    """Print where the wheel is."""
    print(pack(given.path, given.into))
    return 0


def write_new(path: Path, given: argparse.Namespace) -> int:
    """Print what to do next."""
    print(new(given.name, given.family, Path()))
    return 0


def block_one(path: Path, given: argparse.Namespace) -> int:
    """`block` and `unblock`."""
    return block(path, given.name, given.word == "block", given.offline)


WORDS: dict[str, Callable[[Path, argparse.Namespace], int]] = {
    "list": list_all,
    "new": write_new,
    "check": check_one,
    "pack": pack_one,
    "install": install_some,
    "remove": remove_one,
    "block": block_one,
    "unblock": block_one,
}


def show(found: list[Row], as_json: bool) -> None:
    """One line a plugin, or an array for programs."""
    if as_json:
        print(json.dumps([one.as_json() for one in found], ensure_ascii=False))
        return
    for one in found:
        columns = f"{one.name:24} {one.version:10} {one.tier:6} {','.join(one.families):20} {one.state}  {one.why}"
        print(columns.rstrip())


def block(path: Path, name: str, wanted: bool, is_offline: bool) -> int:
    """Journal the change, and write the list that counts at the next start."""
    settings = load(path)
    if name not in settings.plugins:
        raise Failure(f"{path} has no table [plugins.{name}]; `renkei plugin list` shows what there is")
    if is_offline:
        block_offline(settings, path, name, wanted)
    else:
        ask(path, BlockPlugin(name, wanted))
        change_list(settings, name, wanted)
    print(f"{name} is {'blocked' if wanted else 'unblocked'} from the next start on")
    here = [one for one in present(settings, trusted_owners(path)) if one.name == name]
    if wanted and not all(may_be_missing(one.text()) for one in here):
        print("no service starts without it: take its table out as well, or unblock it again")
    tiers = {one.tier for one in here if one.tier}
    if tiers:
        print(f"next: {restart(path, tiers)}")
    return 0


def block_offline(settings: Settings, path: Path, name: str, wanted: bool) -> None:
    """Here the list comes first: a plugin that keeps the vault from starting would keep it from journaling, too.

    A change that cannot be journaled is taken back.
    """
    state = Path(settings.state)
    before = read_blocked(state)
    change_list(settings, name, wanted)
    try:
        journal_offline(path, BlockPlugin(name, wanted))
    except BaseException:
        write_blocked(state, before)
        raise


def change_list(settings: Settings, name: str, wanted: bool) -> None:
    """Write the list with or without the name."""
    state = Path(settings.state)
    names = read_blocked(state)
    write_blocked(state, names | {name} if wanted else names - {name})
