# SPDX-License-Identifier: Apache-2.0
"""`renkei contract add`: an employer office with its contract and its first user."""

import argparse

from appliance.cli.ask import ask
from appliance.cli.first_password import show_first
from appliance.cli.places import config_path
from appliance.link.messages import AddContract


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei contract add`."""
    add = parser.add_subparsers(dest="word", required=True).add_parser(
        "add", help="add an employer office, its contract and its admin"
    )
    add.add_argument("--number", type=int, required=True, help="of the office, 1 to 999999")
    add.add_argument(
        "--contract",
        default="",
        help="contract number, such as 123456-0000001; without it the next one of the fund",
    )
    add.add_argument("--name", required=True, help="of the office")
    add.add_argument("--seats", type=int, default=1, help="how many people and PCs it may have, 1 to 3")
    add.add_argument("--login", required=True, help="of its admin, 8 to 15 letters and digits")
    add.add_argument("--name-of-admin", required=True)
    add.add_argument("--kana", required=True, help="of the admin's name, one blank in between")
    add.add_argument("--mail", required=True, help="of the admin: one-time passwords go there")
    add.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """Print the first password, this once. With it, and a code by mail, the admin comes in and registers.

    It stands in the office's letter, too, which waits at the console to be printed, with the download key.
    """
    message = AddContract(
        number=given.number,
        contract_number=given.contract,
        office_name=given.name,
        seats=given.seats,
        login=given.login,
        name=given.name_of_admin,
        kana=given.kana,
        mail=given.mail,
    )
    added = ask(config_path(given.config), message)
    if not given.json:
        print(f"contract        {added.contract_number}")
    ids = {"office": added.office, "account": added.account, "contract": added.contract_number}
    show_first(given.login, added.password, as_json=given.json, **ids)
    return 0
