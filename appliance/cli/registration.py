# SPDX-License-Identifier: Apache-2.0
"""`renkei registration`: the words for forms by which offices register."""

import argparse
from importlib import import_module
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei registration check` and `renkei registration import`."""
    words = parser.add_subparsers(dest="word", required=True)
    check = words.add_parser(
        "check", help="the form by which an office registers (R220): 0 right, 1 something is wrong, 2 unreadable"
    )
    check.add_argument("file", type=Path, help="the ZIP, or the .xlsx or .csv itself")
    check.add_argument("--password-file", type=Path, help="its first line opens the ZIP")
    check.add_argument("--json", action="store_true", help="print the judgement for programs")
    folder = words.add_parser(
        "import", help="take a folder of forms in: 0 all of them, 1 some were not taken in or not registered"
    )
    folder.add_argument("folder", type=Path, help="with .zip, .xlsx and .csv files")
    folder.add_argument("--passwords", type=Path, help="a CSV: the name of a file, and what opens it")
    folder.add_argument(
        "--register", action="store_true", help="register what has no fault; else all wait for the console"
    )
    folder.add_argument("--json", action="store_true", help="print a line for each file, for programs")


def run(given: argparse.Namespace) -> int:
    """What the word does; a check imports nothing of the running system."""
    module = import_module(f"appliance.cli.registration_{given.word}")
    code: int = module.run(given)
    return code
