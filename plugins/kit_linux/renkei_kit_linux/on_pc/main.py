# SPDX-License-Identifier: Apache-2.0
"""The commands of the kit: install, which is what it does when it is simply run, and those of what is installed."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from renkei_kit_linux.on_pc.confirming import confirm
from renkei_kit_linux.on_pc.diagnosing import diagnose
from renkei_kit_linux.on_pc.hints import hints
from renkei_kit_linux.on_pc.installing import install, installed, need_no_other, uninstall
from renkei_kit_linux.on_pc.one_run import Run
from renkei_kit_linux.on_pc.order import Trouble, Words, in_the_kit
from renkei_kit_linux.on_pc.places import places_of
from renkei_kit_linux.on_pc.vpn_commands import vpn_connect, vpn_disconnect, vpn_status, vpn_watch

DONE, FAILED, NOT_AGREED, OTHER_SEAT = 0, 1, 2, 3
_CODES = {"other_seat": OTHER_SEAT, "not_agreed": NOT_AGREED, "nobody_there": NOT_AGREED, "stopped": NOT_AGREED}


def run(argv: Sequence[str]) -> int:
    """Do what the words say; the exit code."""
    order, words = in_the_kit()
    given = _parser(words).parse_args(argv[1:])
    environment = dict(os.environ)
    places = places_of(environment, given.prefix, given.root)
    one = Run(given, order, words, places, environment, Path(argv[0]).absolute())
    try:
        COMMANDS[given.command](one)
    except Trouble as trouble:
        print(words(trouble.word, **trouble.values), file=sys.stderr)
        return _CODES.get(trouble.word, FAILED)
    except OSError as error:
        print(words("not_written", detail=str(error)), file=sys.stderr)
        return FAILED
    finally:
        if given.wait and sys.stdin.isatty():
            input(words("press_key"))
    return DONE


def _parser(words: Words) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=words("service"))
    parser.add_argument("command", nargs="?", default="install", choices=sorted(COMMANDS))
    parser.add_argument("--agree", action="store_true", help="the terms were read and are agreed to; ask nothing")
    parser.add_argument("--prefix", default="", help="install below this folder instead of the home")
    parser.add_argument("--out", default="", help="the folder for files, instead of the desktop")
    parser.add_argument("--wait", action="store_true", help="wait for a key at the end")
    parser.add_argument("--engine", default="", help="softether or wireguard, where the kit knows several")
    parser.add_argument("--root", default="/", help="where the files of this PC are; for trying a kit")
    return parser


def _install(run: Run) -> None:
    run.say("welcome")
    need_no_other(run.places, run.order)
    _need_agreement(run)
    _tell_hints(run)
    done = install(run.places, run.order, run.words, run.environment, run.kit)
    activate = f"{run.order.public_url}activate/"
    run.say("installed", program=shlex.join(run.places.command), activate=activate)
    if run.order.authorities:
        run.say("browser_trusts" if done.is_trusted else "browser_by_hand", file=str(run.places.authority))


def _need_agreement(run: Run) -> None:
    """Raises Trouble."""
    print(f"{run.words.licence}\n")
    if run.given.agree:
        return
    if not sys.stdin.isatty():
        raise Trouble("nobody_there")
    if not run.words.is_yes(input(run.words("agree"))):
        raise Trouble("not_agreed")


def _tell_hints(run: Run) -> None:
    """What the service does not allow is said, and refused by nobody but the person (A40). Raises Trouble."""
    seen = hints(run.places, run.environment)
    for hint in seen:
        run.say(hint)
    if seen and not run.given.agree and not run.words.is_yes(input(run.words("go_on"))):
        raise Trouble("stopped")


def _confirm(run: Run) -> None:
    made = confirm(run.places, installed(run.places), run.environment, run.folder())
    run.say("confirmed", code=made.short_code, file=str(made.file))


def _diagnose(run: Run) -> None:
    file = diagnose(run.places, run.order, run.environment, run.folder())
    run.say("diagnosed", file=str(file))


def _uninstall(run: Run) -> None:
    uninstall(run.places, run.order, run.words, run.environment)
    run.say("removed")


COMMANDS: Mapping[str, Callable[[Run], None]] = {
    "install": _install,
    "confirm": _confirm,
    "diagnose": _diagnose,
    "uninstall": _uninstall,
    "connect": vpn_connect,
    "disconnect": vpn_disconnect,
    "status": vpn_status,
    "watch": vpn_watch,
}
