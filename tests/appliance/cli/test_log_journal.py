# SPDX-License-Identifier: Apache-2.0
"""Entries for a journal that is a real socket."""

import io
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli.log_journal import Journal, is_journal, packed
from appliance.model import origin

TYPED = "山田 太郎"


def unpacked(datagram: bytes) -> dict[str, str]:
    """The fields of an entry, as journald reads them."""
    fields: dict[str, str] = {}
    while datagram:
        line, _, datagram = datagram.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            size = int.from_bytes(datagram[:8], "little")
            value, datagram = datagram[8 : 8 + size], datagram[9 + size :]
        assert name.decode() not in fields
        fields[name.decode()] = value.decode()
    return fields


@pytest.fixture
def journald(folder: Path) -> Iterator[socket.socket]:
    """Listens as the journal does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(folder / "journal"))
        listening.settimeout(10)
        yield listening


@pytest.fixture
def log(folder: Path) -> Iterator[logging.Logger]:
    """A logger of its own that writes there."""
    logger, handler = logging.Logger("renkei.vault"), Journal("vault", str(folder / "journal"))
    logger.addHandler(handler)
    yield logger
    handler.close()


def entry(journald: socket.socket) -> dict[str, str]:
    """The next one."""
    return unpacked(journald.recv(65_536))


def test_a_value_of_several_lines_has_its_length_before_it() -> None:
    assert packed({"A": "1=2", "B": "x\ny"}) == b"A=1=2\nB\n\x03\0\0\0\0\0\0\0x\ny\n"
    fields = {"A": "", "B": "\n", "C": "受付\n済み", "D": "="}
    assert unpacked(packed(fields)) == fields
    assert packed({"A": "\udcff"}) == b"A=?\n"


def test_an_entry_says_who_and_what_and_where(journald: socket.socket, log: logging.Logger) -> None:
    token = origin.REQUEST.set("00ff")
    log.warning("document %s waits", "d1")
    origin.REQUEST.reset(token)
    found = entry(journald)
    assert int(found.pop("CODE_LINE")) > 50 and found.pop("CODE_FILE") == __file__
    assert found == {
        "MESSAGE": "document d1 waits",
        "PRIORITY": "4",
        "LOGGER": "renkei.vault",
        "CODE_FUNC": "test_an_entry_says_who_and_what_and_where",
        "SYSLOG_IDENTIFIER": "renkei",
        "RENKEI_TIER": "vault",
        "RENKEI_REQUEST": "00ff",
    }


def test_a_fault_is_one_entry_with_its_traceback(journald: socket.socket, log: logging.Logger) -> None:
    try:
        int(TYPED)
    except ValueError:
        log.exception("cannot count")
    found = entry(journald)
    assert found["MESSAGE"].startswith("cannot count\nTraceback ") and found["MESSAGE"].endswith("\nValueError")
    assert (found["PRIORITY"], found["RENKEI_ERROR"]) == ("3", "ValueError")
    assert TYPED not in str(found)


def test_nothing_that_is_typed_can_forge_an_entry(journald: socket.socket, log: logging.Logger) -> None:
    forged = "x\nPRIORITY=0\nMESSAGE=all is well"
    token = origin.REQUEST.set(forged)
    log.info("%s", forged)
    origin.REQUEST.reset(token)
    found = entry(journald)
    assert found["MESSAGE"] == found["RENKEI_REQUEST"] == "x PRIORITY=0 MESSAGE=all is well"
    assert found["PRIORITY"] == "6"


def test_a_busy_journal_loses_lines_and_hears_how_many(journald: socket.socket, log: logging.Logger) -> None:
    journald.setblocking(False)
    for number in range(2_000):
        log.info("line %d", number)
    taken = []
    with pytest.raises(BlockingIOError):
        while True:
            taken.append(entry(journald)["MESSAGE"])
    assert taken == [f"line {number}" for number in range(len(taken))] and len(taken) < 2_000
    log.info("again")
    said = entry(journald)
    assert (
        said["MESSAGE"].startswith(f"{2_000 - len(taken)} lines before this one are lost")
        and said["PRIORITY"] == "4"
    )
    assert entry(journald)["MESSAGE"] == "again"
    log.info("as before")
    assert entry(journald)["MESSAGE"] == "as before"


def test_a_journal_that_starts_again_is_found(
    folder: Path, journald: socket.socket, log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    journald.close()
    log.error("one\ntwo")
    (folder / "journal").unlink()
    log.info("three")
    assert capsys.readouterr().err == "<3>one two\n<6>three\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as again:
        again.bind(str(folder / "journal"))
        again.settimeout(10)
        log.info("four")
        assert entry(again)["MESSAGE"] == "four"
    assert capsys.readouterr().err == ""


def test_a_traceback_without_a_journal_has_a_priority_in_each_line(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise KeyError(TYPED)
    except KeyError:
        log.exception("cannot find")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "<3>cannot find" and lines[-1] == "<3>KeyError"
    assert all(line.startswith("<3>") for line in lines)


def test_a_line_whose_values_do_not_fit_is_not_lost(journald: socket.socket, log: logging.Logger) -> None:
    log.error("%d documents are lost", TYPED)
    log.info("%d documents", 3)
    assert entry(journald)["MESSAGE"] == "%d documents are lost (its values do not fit: TypeError)"
    assert entry(journald)["MESSAGE"] == "3 documents"


def test_a_record_that_cannot_be_written_harms_nobody(
    journald: socket.socket, log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    with monkeypatch.context() as patched:
        patched.setattr("appliance.cli.log_lines.text", lambda record: 1 / 0)
        log.info("nobody hears it")
    log.info("%d documents", 3)
    assert entry(journald)["MESSAGE"] == "3 documents"


def test_what_systemd_says_of_the_stream_is_compared(tmp_path: Path) -> None:
    with (tmp_path / "stream").open("w") as stream:
        status = os.fstat(stream.fileno())
        told = f"{status.st_dev}:{status.st_ino}"
        assert is_journal(stream, told)
        assert not is_journal(stream, "")
        assert not is_journal(stream, f"{status.st_dev}:{status.st_ino + 1}")
    assert not is_journal(stream, told) and not is_journal(io.StringIO(), told)
