# SPDX-License-Identifier: Apache-2.0
"""What a record says, and what it never says."""

import logging
import sys
from collections.abc import Iterator
from contextvars import copy_context
from types import TracebackType

import pytest

from appliance.cli import log_lines
from appliance.contracts.records import StoreError
from appliance.model import origin

TYPED = "山田 太郎"
Raised = tuple[type[BaseException], BaseException, TracebackType]


def record(
    text: object, *values: object, name: str = "appliance.web.site", raised: Raised | None = None, **extra: object
) -> logging.LogRecord:
    """One that is logged just now."""
    logger = logging.getLogger(name)
    return logger.makeRecord(name, logging.WARNING, "site.py", 7, text, values, raised, "answer", extra)


def raised(error: BaseException, cause: BaseException | None = None) -> Raised:
    """As the interpreter hands it over."""
    if cause is not None:
        error.__cause__ = cause
    try:
        raise error
    except type(error):
        found = sys.exc_info()
        assert found[0] is not None and found[1] is not None and found[2] is not None
        return found


@pytest.mark.parametrize(
    ("level", "number"), [(10, 7), (15, 7), (20, 6), (25, 6), (30, 4), (40, 3), (45, 3), (50, 2), (90, 2)]
)
def test_priorities(level: int, number: int) -> None:
    assert log_lines.priority(level) == number


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb\r\n c", "a b c"),
        ("a\x1b[31mred\x07", "a [31mred"),
        ("\udcff\u202eabc", "abc"),
        ("受付 済み", "受付 済み"),
        ("x" * 9_000, "x" * log_lines.MAX_LINE),
        ("\n" * 9_000, ""),
    ],
)
def test_a_line_is_one_line_and_obeys_nobody(text: str, line: str) -> None:
    assert log_lines.one_line(text) == line


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("appliance.web.site", True),
        ("renkei.vault", True),
        ("renkei.plugin.otp_email", True),
        ("renkei_blobs_s3.wire", True),
        ("asyncio", False),
        ("aiohttp.server", False),
        ("renkeiX", False),
        ("applianceware.web", False),
    ],
)
def test_whose_sentence_it_is(name: str, ours: bool) -> None:
    assert log_lines.is_ours(name) is ours


def test_of_a_librarys_sentence_nothing_that_was_filled_in_is_written() -> None:
    spoken = record("Error handling request from %s\nsecond line", "192.0.2.7", name="aiohttp.server")
    assert log_lines.text(spoken) == "Error handling request from %s"
    assert log_lines.text(record(ValueError("odd"), name="asyncio")) == "odd"
    assert log_lines.text(record("mails: %d", 3)) == "mails: 3"


def test_an_error_of_others_is_told_by_its_kind_and_place() -> None:
    text = log_lines.text(record("failed", raised=raised(ValueError(TYPED))))
    assert text.startswith("failed\nTraceback (most recent call last):\n")
    assert text.endswith("\nValueError") and "in raised" in text
    assert TYPED not in text


def test_what_led_to_it_is_told_as_well_and_quotes_as_little() -> None:
    text = log_lines.text(record("failed", raised=raised(StoreError("away"), cause=KeyError(TYPED))))
    assert text.index("KeyError\n") < text.index("direct cause") < text.index("StoreError: away")
    later = StoreError("away")
    later.__context__ = KeyError(TYPED)
    text = log_lines.text(record("failed", raised=raised(later)))
    assert text.index("KeyError\n") < text.index("During handling") < text.index("StoreError: away")
    assert TYPED not in text


def test_each_error_of_a_group_is_told() -> None:
    inner = ExceptionGroup("inner", [StoreError("away")])
    text = log_lines.text(record("failed", raised=raised(ExceptionGroup(TYPED, [ValueError(TYPED), inner]))))
    assert "1 of 2 in this group" in text and "2 of 2 in this group" in text and "StoreError: away" in text
    assert TYPED not in text


def test_errors_that_led_to_each_other_have_an_end() -> None:
    first, second = StoreError("first"), StoreError("second")
    first.__cause__, second.__cause__ = second, first
    text = log_lines.text(record("failed", raised=(StoreError, first, raised(first)[2])))
    assert text.count("StoreError: first") == 1 and text.count("StoreError: second") == 1


def test_an_endless_story_is_cut() -> None:
    error: Exception = StoreError("x" * 1_000)
    for _ in range(50):
        error, error.__cause__ = StoreError("y" * 1_000), error
    assert len(log_lines.text(record("failed", raised=raised(error)))) <= log_lines.MAX_TEXT


@pytest.fixture
def _under_way() -> Iterator[None]:
    tokens = [(name, name.set(f"{name.name}\n1")) for name in origin.FIELDS.values()]
    yield
    for name, token in tokens:
        name.reset(token)


@pytest.mark.usefixtures("_under_way")
def test_the_fields_of_what_is_under_way() -> None:
    found = log_lines.fields(record("x", name="renkei.plugin.otp_email.codes", raised=raised(KeyError(TYPED))))
    assert found == {
        "RENKEI_REQUEST": "request 1",
        "RENKEI_MESSAGE": "message 1",
        "RENKEI_SITE": "site 1",
        "RENKEI_JOB": "job 1",
        "RENKEI_PLUGIN": "otp_email",
        "RENKEI_ERROR": "KeyError",
    }


def test_what_is_not_known_is_no_field() -> None:
    assert copy_context().run(log_lines.fields, record("x")) == {}
    assert log_lines.fields(record("x", plugin="scan_clamav")) == {"RENKEI_PLUGIN": "scan_clamav"}
