# SPDX-License-Identifier: Apache-2.0
"""One file, one process: takes the question and the bytes, judges, answers, hands over the documents, and ends.

What it learns of one office ends with it (lesson 6).
"""

import datetime as dt
import io
import socket
import traceback
import zipfile
from pathlib import Path

from openpyxl import Workbook
from pyzipper import WZ_AES, AESZipFile

from appliance.model.problems import Problem, Rule
from appliance.model.words import Format
from appliance.vault.doorman.asked import Answer, Asked
from appliance.vault.doorman.confine import confine
from appliance.vault.doorman.frames import LENGTH, length_of, packed, received, unpacked
from appliance.vault.doorman.judge import Verdict, judge
from appliance.vault.doorman.sheets import sheet_of

# cp932, and neither a PDF nor a workbook: each check is begun.
_SAMPLE = "見本"


def serve(job: socket.socket, memory: int) -> None:
    """All of a worker's life. memory is what the process had when it began, in bytes.

    Raises Broken when the vault has gone; then nobody waits for an answer.
    """
    head = received(job, LENGTH.size)
    asked = unpacked(received(job, length_of(head)), Asked)
    confine(memory, asked.size, asked.most)
    verdict = judged(bytes(received(job, asked.size)), asked)
    job.sendall(packed(verdict.answer))
    for content in verdict.contents():
        job.sendall(content)


def judged(package: bytes, asked: Asked) -> Verdict:
    """The verdict; a package with which this program cannot cope is refused."""
    try:
        return judge(package, asked)
    except Exception as error:  # noqa: BLE001 - whatever it was, the vault hears of it, and nothing was accepted
        return Verdict(Answer((Problem(Rule.JUDGE),), fault=_told(error)))


def _told(error: BaseException) -> str:
    """What happened where, without a word of the document."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return " ".join([type(error).__name__, *(f"{Path(one.filename).name}:{one.lineno}" for one in last)])


def warm_up() -> None:
    """Judge a document of each format: what is loaded on first use is loaded now, a worker could not any more."""
    made = io.BytesIO()
    with AESZipFile(made, "w", zipfile.ZIP_DEFLATED, encryption=WZ_AES) as sample:
        sample.setpassword(_SAMPLE.encode())
        for format in Format:
            sample.writestr(f"見本.{format}", _SAMPLE.encode("cp932"))
    package = made.getvalue()
    asked = Asked("sample.zip", len(package), frozenset(Format), _SAMPLE)
    verdict = judge(package, unpacked(packed(asked)[LENGTH.size :], Asked))
    packed(verdict.answer)
    sheet_of(_workbook(), Format.XLSX)


def _workbook() -> bytes:
    """One with a date and a formula."""
    made, book = io.BytesIO(), Workbook()
    sheet = book.worksheets[0]
    sheet.append([_SAMPLE, dt.date(2024, 5, 26), 1, "=A1"])
    sheet.merge_cells("A2:B2")
    book.save(made)
    return made.getvalue()
