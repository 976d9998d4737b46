# SPDX-License-Identifier: Apache-2.0
"""`renkei registration import`: a folder of forms, one after another; what fails stops nothing of the rest.

The vault knows a form again, so that a run that was stopped is simply started once more.
"""

import argparse
import asyncio
import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.cli.ask import OF_TEXTS, dialled, sentence
from appliance.cli.failure import Failure
from appliance.cli.places import config_path
from appliance.cli.registration_check import called, shown
from appliance.cli.registration_check import message as in_words
from appliance.cli.rules import form_message
from appliance.cli.zip_check import pieces
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.link.client import LinkClient
from appliance.link.messages import ImportRegistration, OfficeStanding, RegistrationImported
from appliance.link.refusals import Refused, Why
from appliance.model.intake import IntakeState

ENDINGS = frozenset({".zip", ".xlsx", ".csv", ".xls", ".xlsm"})
DONE, NOT_ALL = 0, 1
AT_ONCE = 4
# A busy vault is asked again, so many times, after so many seconds each.
TRIES, PAUSE = 30, 1.0
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one file, in a word, and in sentences where there is something to say."""

    file: str
    became: str
    said: tuple[str, ...] = ()
    contract_number: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.became in ("registered", "waiting", "registered before")


def run(given: argparse.Namespace) -> int:
    """Print what became of each file; 0 if all is well, 1 if some need a look."""
    files = files_in(given.folder, given.passwords)
    passwords = passwords_in(given.passwords) if given.passwords else {}
    settings = load(config_path(given.config))
    lines = asyncio.run(_all(settings, files, passwords, given))
    if not given.json:
        print(f"{sum(line.is_fine for line in lines)} of {len(lines)} files are taken in")
    return DONE if all(line.is_fine for line in lines) else NOT_ALL


def files_in(folder: Path, passwords: Path | None) -> list[Path]:
    """The forms of a folder, by name. Raises Failure for a folder without any."""
    try:
        found = sorted(one for one in folder.iterdir() if one.suffix.lower() in ENDINGS and one.is_file())
    except OSError as error:
        raise Failure(f"{folder}: {error.strerror}") from error
    found = [one for one in found if passwords is None or not passwords.exists() or not one.samefile(passwords)]
    if not found:
        raise Failure(f"{folder} holds no .zip, .xlsx or .csv file")
    return found


def passwords_in(file: Path) -> Mapping[str, str]:
    """The password of each file, from a CSV in UTF-8 or cp932. Raises Failure."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp932", "replace")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if len(row) > 1]
    except csv.Error as error:
        raise Failure(f"{file}: {error}") from error
    return {row[0].strip(): row[1] for row in rows}


async def _all(
    settings: Settings, files: Sequence[Path], passwords: Mapping[str, str], given: argparse.Namespace
) -> list[Line]:
    """Some at once; told as each is done."""
    turns, lines = asyncio.Semaphore(AT_ONCE), list[Line]()

    async def one(client: LinkClient, file: Path) -> None:
        async with turns:
            line = await _imported(client, file, passwords.get(called(file), ""), confirm=given.register)
        lines.append(line)
        _tell(line, f"{len(lines)}/{len(files)}", as_json=given.json)

    async with dialled(settings, ImportRegistration("", 0)) as client, asyncio.TaskGroup() as group:
        for file in files:
            group.create_task(one(client, file))
    return lines


async def _imported(client: LinkClient, file: Path, password: str, *, confirm: bool) -> Line:
    """Raises Failure where the vault is away, or another version."""
    name = called(file)
    try:
        size = file.stat().st_size  # noqa: ASYNC240 - a look at a local file, of which many follow
    except OSError as error:
        return Line(name, "refused", (str(error.strerror),))
    message = ImportRegistration(name, size, password, confirm)
    for left in reversed(range(TRIES)):
        try:
            answered = await client.ask(message, stream=pieces(file), stream_size=message.size, timeout=SECONDS)
            return line_of(name, answered.reply, confirm=confirm)
        except Refused as refused:
            if refused.why in (Why.AWAY, Why.VERSION):
                raise Failure(sentence(refused, message)) from refused
            if refused.why is not Why.BUSY or not left:
                return Line(name, "refused", (sentence(refused, message),))
        await asyncio.sleep(PAUSE)
    raise AssertionError("the last try has an answer")


def line_of(name: str, told: RegistrationImported, *, confirm: bool) -> Line:
    """What became of a file."""
    taken = told.taken
    if not taken.registration:
        return Line(name, "unreadable", (*map(form_message, taken.problems), *map(in_words, told.findings)))
    if told.contract_number:
        became = "registered" if taken.state is IntakeState.WAITING else "registered before"
        return Line(name, became, contract_number=told.contract_number)
    if told.refused:
        return Line(name, "refused", (OF_TEXTS.get(told.refused, told.refused),))
    if told.findings:
        return Line(name, "faults", tuple(f"{one.cell} {in_words(one)}" for one in told.findings))
    if taken.state is IntakeState.REGISTERED or taken.standing is OfficeStanding.SAME:
        return Line(name, "registered before")
    if taken.standing is OfficeStanding.OTHER:
        return Line(name, "differs", ("the office is registered with other data; the console shows which",))
    return Line(name, "waiting")


def _tell(line: Line, count: str, *, as_json: bool) -> None:
    if as_json:
        told = {
            "file": line.file,
            "became": line.became,
            "said": line.said,
            "contract_number": line.contract_number,
        }
        print(json.dumps(told, ensure_ascii=False), flush=True)
        return
    print(shown(f"{line.became:<17} {line.file}  {line.contract_number}").rstrip(), flush=True)
    for said in line.said:
        print(f"    {shown(said)}")
    if sys.stderr.isatty():
        print(f"\r{count}", end="", file=sys.stderr)
