# SPDX-License-Identifier: Apache-2.0
"""The `renkei` command: one word, one module. Tiers are imported inside the functions that start them."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance import __version__
from appliance.cli import (
    calendar,
    certificate,
    checking,
    contract,
    credential,
    doctor,
    init,
    journal,
    keys,
    locks,
    name_check,
    plugins,
    registration_check,
    running,
    serving,
    staff,
    store,
    zip_check,
)
from appliance.cli.added import added_commands
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


@dataclass(frozen=True)
class Word:
    """A word after `renkei`."""

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def version(given: argparse.Namespace) -> int:
    """Print the version."""
    print(__version__)
    return 0


WORDS: Mapping[str, Word] = {
    "init": Word("make keys, configuration and the first account", init.arguments, init.run),
    "check": Word("look for settings that cannot work", checking.arguments, checking.run),
    "doctor": Word("how everything is on which the service depends", doctor.arguments, doctor.run),
    "serve": Word("run tiers", serving.arguments, serving.run),
    "status": Word("figures of the running vault", running.status_arguments, running.status),
    "contract": Word("contracts of employer offices", contract.arguments, contract.run),
    "staff": Word("the fund's staff", staff.arguments, staff.run),
    "locks": Word("who is locked out, and ending that", locks.arguments, locks.run),
    "link": Word("the sites' links to the vault", running.link_arguments, running.cut_link),
    "journal": Word("export and verify the journal", journal.arguments, journal.run),
    "plugin": Word("plugins: new, check, pack, install, list, block, remove", plugins.arguments, plugins.run),
    "keys": Word("the keys of the vault", keys.arguments, keys.run),
    "certificate": Word("certificates of the sites", certificate.arguments, certificate.run),
    "credential": Word("secrets for this host, sealed", credential.arguments, credential.run),
    "store": Word("move the fund to other stores", store.arguments, store.run),
    "calendar": Word("is the service open, and when does it open next", calendar.arguments, calendar.run),
    "name": Word("names of filings", name_check.arguments, name_check.run),
    "zip": Word("ZIPs of filings", zip_check.arguments, zip_check.run),
    "registration": Word("forms by which offices register", registration_check.arguments, registration_check.run),
    "demo": Word("the demo's clock", running.demo_arguments, running.move_clock),
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
    found = added_commands(taken=WORDS, config=config_path(given.config))
    added = {one.name: Word(one.help, one.arguments, one.run) for one in found}
    whole = parser({**WORDS, **added})
    if not rest:
        whole.print_help(sys.stderr)
        whole.exit(NOT_UNDERSTOOD, "\nrenkei: one of these words is missing\n")
    return whole.parse_args(rest, given)


def anywhere() -> argparse.ArgumentParser:
    """What may stand anywhere among the words."""
    shared = argparse.ArgumentParser(prog="renkei", add_help=False, allow_abbrev=False)
    shared.add_argument("--config", help="configuration file; else $RENKEI_CONFIG, else /etc/renkei/config.toml")
    return shared


def parser(words: Mapping[str, Word]) -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(prog="renkei", description="Renkei Gateway", parents=[anywhere()])
    found = whole.add_subparsers(dest="command", required=True, metavar="WORD")
    for name, word in words.items():
        one = found.add_parser(name, help=word.help, description=word.help)
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
