# SPDX-License-Identifier: Apache-2.0
"""The `renkei` command: one word, one module. Tiers are imported inside the functions that start them."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from appliance import __version__
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.here import absence
from appliance.cli.places import config_path
from appliance.config.decode import ConfigError
from appliance.contracts.plugin import PluginError
from appliance.contracts.records import StoreError
from appliance.host.refused import StartRefused

# What can go wrong without a fault in the program: its text is all that a person needs.
KNOWN = (Failure, ConfigError, PluginError, StartRefused, StoreError, OSError)
NOT_POSSIBLE, NOT_UNDERSTOOD, INTERRUPTED = 1, 2, 130

Arguments = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], int]


@dataclass(frozen=True)
class Word:
    """A word after `renkei`."""

    help: str
    arguments: Arguments
    run: Run


def late(module: str, arguments: str = "arguments", run: str = "run") -> tuple[Arguments, Run]:
    """Two functions of a module that is imported when one is called: a command waits for no other's imports."""

    def imported(name: str) -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(import_module(f"appliance.cli.{module}"), name)
        return found

    return lambda parser: imported(arguments)(parser), lambda given: imported(run)(given)


def version(given: argparse.Namespace) -> int:
    """Print the version."""
    print(__version__)
    return 0


WORDS: Mapping[str, Word] = {
    "init": Word("make keys, configuration and the first account", *late("init")),
    "check": Word("look for settings that cannot work", *late("checking")),
    "doctor": Word("how everything is on which the service depends", *late("doctor")),
    "serve": Word("run tiers", *late("serving")),
    "status": Word("figures of the running vault", *late("running", "status_arguments", "status")),
    "contract": Word("contracts of employer offices", *late("contract")),
    "staff": Word("the fund's staff", *late("staff")),
    "locks": Word("who is locked out, and ending that", *late("locks")),
    "tunnel": Word("VPN sessions: list, history, end, and keeping PCs out", *late("tunnel")),
    "seats": Word("the PCs of offices, and ending what they can do", *late("seats")),
    "link": Word("the sites' links to the vault", *late("running", "link_arguments", "cut_link")),
    "journal": Word("export and verify the journal", *late("journal")),
    "plugin": Word("plugins: new, check, pack, install, list, block, remove", *late("plugins")),
    "kit": Word("installers for the PCs of offices", *late("kit")),
    "keys": Word("the keys of the vault", *late("keys")),
    "certificate": Word("certificates of the sites", *late("certificate")),
    "credential": Word("secrets for this host, sealed", *late("credential")),
    "store": Word("move the fund to other stores", *late("store")),
    "calendar": Word("is the service open, and when does it open next", *late("calendar")),
    "name": Word("names of filings", *late("name_check")),
    "zip": Word("ZIPs of filings", *late("zip_check")),
    "registration": Word("forms by which offices register", *late("registration")),
    "demo": Word("the demo's clock", *late("running", "demo_arguments", "move_clock")),
    "version": Word("print the version", lambda parser: None, version),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 not possible (one sentence says why), 2 not understood."""
    try:
        given = understood(arguments)
        code: int = given.run(given)
    except (*KNOWN, ModuleNotFoundError, BaseExceptionGroup) as error:
        causes = [absence(cause) or cause for cause in single(error)]
        if not all(isinstance(cause, KNOWN) for cause in causes):
            raise
        for text in dict.fromkeys(map(sentence, causes)):
            print(f"renkei: {text}", file=sys.stderr)
        return NOT_UNDERSTOOD if isinstance(error, NotUnderstood) else NOT_POSSIBLE
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def understood(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The words as they were meant. Raises SystemExit with code 2 for others, 0 for --help."""
    given, rest = anywhere().parse_known_args(arguments)
    word = rest[0] if rest else ""
    whole = parser(WORDS if word in WORDS else {**WORDS, **added(given.config)}, word)
    if not rest:
        whole.print_help(sys.stderr)
        whole.exit(NOT_UNDERSTOOD, "\nrenkei: one of these words is missing\n")
    return whole.parse_args(rest, given)


def added(config: str | None) -> Mapping[str, Word]:
    """The words of plugins."""
    from appliance.cli.added import added_commands

    found = added_commands(taken=WORDS, config=config_path(config))
    return {one.name: Word(one.help, one.arguments, one.run) for one in found}


def anywhere() -> argparse.ArgumentParser:
    """What may stand anywhere among the words."""
    shared = argparse.ArgumentParser(prog="renkei", add_help=False, allow_abbrev=False)
    shared.add_argument("--config", help="configuration file; else $RENKEI_CONFIG, else /etc/renkei/config.toml")
    return shared


def parser(words: Mapping[str, Word], only: str | None = None) -> argparse.ArgumentParser:
    """The whole command line; only may name the one word whose arguments are wanted."""
    whole = argparse.ArgumentParser(prog="renkei", description="Renkei Gateway", parents=[anywhere()])
    found = whole.add_subparsers(dest="command", required=True, metavar="WORD")
    for name, word in words.items():
        one = found.add_parser(name, help=word.help, description=word.help)
        if only in (None, name):
            word.arguments(one)
        one.set_defaults(run=word.run)
    return whole


def single(error: BaseException) -> Iterator[BaseException]:
    """The error, or every error of a group and of the groups in it."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from single(one)
    else:
        yield error


def sentence(error: BaseException) -> str:
    """What an error says to a person."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
