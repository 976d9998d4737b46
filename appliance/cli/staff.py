# SPDX-License-Identifier: Apache-2.0
"""`renkei staff`: the fund's staff, to begin with and after a loss; all else is done at the console, by two."""

import argparse
import json

import msgspec

from appliance.cli.ask import ask
from appliance.cli.first_password import show_first
from appliance.cli.places import config_path
from appliance.link.messages import AdmitStaff, AskStaff, RecoverStaff, StaffRow
from appliance.model.words import Role

ROLES = [role for role in Role if role.of_fund]


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei staff add`, `reset` and `list`."""
    words = parser.add_subparsers(dest="word", required=True)
    add = words.add_parser("add", help="add somebody, with a first password")
    add.add_argument("--login", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--mail", required=True)
    add.add_argument("--role", type=Role, required=True, choices=ROLES)
    reset = words.add_parser(
        "reset", help="a new first password and second factor, also for who is locked or blocked"
    )
    reset.add_argument("login")
    reset.add_argument("--reason", required=True, help="for the journal")
    listing = words.add_parser("list", help="who there is")
    for one in (add, reset, listing):
        one.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """Do what the word says."""
    return {"add": add_staff, "reset": reset_staff, "list": list_staff}[given.word](given)


def add_staff(given: argparse.Namespace) -> int:
    """Print the first password, this once. The second factor is enrolled at the first sign-in."""
    message = AdmitStaff(given.login, given.name, given.mail, given.role)
    added = ask(config_path(given.config), message)
    show_first(given.login, added.password, as_json=given.json)
    return 0


def reset_staff(given: argparse.Namespace) -> int:
    """Print the new first password, this once."""
    reset = ask(config_path(given.config), RecoverStaff(given.login, given.reason))
    show_first(given.login, reset.password, as_json=given.json)
    return 0


def list_staff(given: argparse.Namespace) -> int:
    """Print a line for each person."""
    rows = ask(config_path(given.config), AskStaff()).rows
    if given.json:
        print(json.dumps(msgspec.to_builtins(rows)))
    else:
        print("\n".join(map(_line, rows)))
    return 0


def _line(row: StaffRow) -> str:
    factor = "second factor" if row.has_factor else "no second factor yet"
    return f"{row.login:20} {row.role:14} {row.state:8} {row.lock:8} {factor:20} {row.name}"
