# SPDX-License-Identifier: Apache-2.0
"""The process in which `renkei plugin check` runs somebody's code; its question comes on standard input."""

import asyncio
import sys
import tomllib
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec

from appliance.host.approvals import Point
from appliance.host.found import GROUPS, Found, class_of
from appliance.host.path import append
from appliance.host.single_file import SingleFile

DONE = 73


class Question(msgspec.Struct, frozen=True):
    """What is to be tried: points of what was unpacked in folder, or a single file; and a TOML with tables.

    tests is a folder with the plugin's own tests, "" where there are none.
    """

    folder: str = ""
    points: tuple[Point, ...] = ()
    file: str = ""
    settings: str = ""
    tests: str = ""


def main() -> int:
    """Print a line a step; DONE if none is bad, and only then: who leaves early has not passed."""
    from appliance.testing.own_tests import own_tests
    from appliance.testing.trial import Outcome, tried

    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    tables: dict[str, Any] = tomllib.loads(question.settings).get("plugins", {})
    bad = 0

    async def every() -> None:
        nonlocal bad
        for found in _found(question):
            print(f"{found.name} {found.version}", flush=True)
            async for step in tried(found, tables.get(found.name, {})):
                print(f"  {step}", flush=True)
                bad += step.outcome is Outcome.BAD

    asyncio.run(every())
    for step in own_tests(question.tests) if question.tests else ():
        print(f"  {step}", flush=True)
        bad += step.outcome is Outcome.BAD
    return 1 if bad else DONE


def _found(question: Question) -> list[Found]:
    if question.file:
        path = Path(question.file)
        file = SingleFile.of(path, path.read_bytes())
        return [Found(path.stem, file.tier, str(path), file.version, file.plugin, lambda: file.text)]
    append(question.folder)
    return [
        Found(one.name, tier, one.value, "", partial(class_of, EntryPoint(one.name, one.value, one.group)), bytes)
        for one in question.points
        for tier, group in GROUPS.items()
        if group == one.group
    ]


if __name__ == "__main__":
    sys.exit(main())
