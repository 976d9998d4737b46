# SPDX-License-Identifier: Apache-2.0
"""The `renkei` command: one word, one module. Tiers are imported inside the functions that start them."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance import __version__
from appliance.cli import checking, init, journal, people, plugins, serving
from appliance.cli.added import added_commands
from appliance.cli.failure import Failure
from appliance.config.decode import ConfigError
from appliance.contracts.plugin import PluginError
from appliance.contracts.records import StoreError
from appliance.host.refused import StartRefused

KNOWN = (Failure, ConfigError, PluginError, StartRefused, StoreError, OSError)


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


WORDS = {
    "init": Word("make keys, configuration and the first account", init.arguments, init.run),
    "check": Word("look for settings that cannot work", checking.arguments, checking.run),
    "serve": Word("run tiers", serving.arguments, serving.run),
    "status": Word("figures of the running vault", people.status_arguments, people.status),
    "office": Word("employer offices", people.office_arguments, people.add_office),
    "account": Word("accounts", people.account_arguments, people.add_account),
    "link": Word("the sites' links to the vault", people.link_arguments, people.cut_link),
    "journal": Word("export and verify the journal", journal.arguments, journal.run),
    "plugin": Word("list and block plugins", plugins.arguments, plugins.run),
    "demo": Word("the demo's clock", people.demo_arguments, people.move_clock),
    "version": Word("print the version", lambda parser: None, version),
}


def parser(words: dict[str, Word]) -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(prog="renkei", description="Renkei Gateway", parents=[anywhere()])
    found = whole.add_subparsers(dest="command", required=True, metavar="WORD")
    for name, word in words.items():
        one = found.add_parser(name, help=word.help, description=word.help)
        word.arguments(one)
        one.set_defaults(run=word.run)
    return whole


def anywhere() -> argparse.ArgumentParser:
    """What may stand anywhere among the words."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", help="configuration file; else $RENKEI_CONFIG, else /etc/renkei/config.toml")
    return common


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 not possible (one sentence says why), 2 not understood."""
    try:
        extra = {c.name: Word(c.help, c.arguments, c.run) for c in added_commands(taken=WORDS)}
        given, rest = anywhere().parse_known_args(arguments)
        parser({**WORDS, **extra}).parse_args(rest, given)
        code: int = given.run(given)
    except KNOWN as error:
        print(f"renkei: {error}", file=sys.stderr)
        return 1
    except BaseExceptionGroup as group:
        known, rest = group.split(KNOWN)
        if known is None or rest is not None:
            raise
        for sentence in sentences(known):
            print(f"renkei: {sentence}", file=sys.stderr)
        return 1
    return code


def sentences(error: BaseException) -> list[str]:
    """What the errors of a group say, each once."""
    if isinstance(error, BaseExceptionGroup):
        return list(dict.fromkeys(text for one in error.exceptions for text in sentences(one)))
    return [str(error)]


if __name__ == "__main__":
    sys.exit(main())
