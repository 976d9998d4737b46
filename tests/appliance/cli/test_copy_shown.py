# SPDX-License-Identifier: Apache-2.0
"""A bar where somebody looks, few lines where nobody does, and figures that are right."""

import io

import pytest

from appliance.cli.copy_shown import Shown, bar, line, rest, size
from appliance.testing.clock import FakeClock
from appliance.vault.copying.progress import Stage, Told


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


def shown(out: io.StringIO, steps: int, milliseconds: int) -> str:
    """What is written while so many steps are told of, one each so many milliseconds."""
    clock = FakeClock()
    with Shown(out, clock.monotonic) as one:
        one.tell(Told(Stage.SOURCE, 0, 0))
        for done in range(1, steps + 1):
            clock.move(milliseconds)
            one.tell(Told(Stage.RECORDS, done, steps, done * 1024))
    return out.getvalue()


def test_lines_come_every_ten_seconds() -> None:
    lines = shown(io.StringIO(), 100, 500).splitlines()
    assert lines[0] == "proving the journal …"
    assert lines[1] == "copying records: 1 of 100 (1.0 KiB)"
    assert lines[2] == "copying records: 21 of 100 (21.0 KiB) 2/s 0:38 left"
    assert len(lines) == 2 + 4


def test_a_bar_is_drawn_over_itself_and_ends_with_its_stage() -> None:
    text = shown(Terminal(), 100, 50)
    assert text.startswith("\r\x1b[Kproving the journal …\n\r\x1b[Kcopying records: [")
    assert text.count("\n") == 2 and text.endswith("\n")
    assert 20 <= text.count("\r") <= 30
    assert "[########################] 100 of 100 (100.0 KiB)" in text


def test_a_copy_that_fails_leaves_the_terminal_at_a_new_line() -> None:
    out = Terminal()
    with pytest.raises(ValueError, match="broken"), Shown(out) as one:
        one.tell(Told(Stage.RECORDS, 1, 2))
        raise ValueError("broken")
    assert out.getvalue().endswith("\n")


@pytest.mark.parametrize(
    ("told", "seconds", "is_bar", "text"),
    [
        (Told(Stage.JOURNAL, 0, 0), 5, True, "proving the copied journal …"),
        (Told(Stage.DOCUMENTS, 1200, 0, 5 << 20), 60, True, "opening documents: 1,200 (5.0 MiB) 20/s"),
        (Told(Stage.BLOBS, 0, 0), 0, False, "copying blobs …"),
        (Told(Stage.BLOBS, 3, 9), 0.5, False, "copying blobs: 3 of 9"),
        (Told(Stage.BLOBS, 3, 9), 3, False, "copying blobs: 3 of 9 1/s 0:06 left"),
        (Told(Stage.BLOBS, 3, 6), 1, True, "copying blobs: [############............] 3 of 6 3/s 0:01 left"),
        (Told(Stage.BLOBS, 9, 6), 1, False, "copying blobs: 9 of 6 9/s 0:00 left"),
    ],
)
def test_what_a_line_says(told: Told, seconds: float, is_bar: bool, text: str) -> None:
    assert line(told, seconds, is_bar) == text


@pytest.mark.parametrize(("part", "full"), [(0.0, 0), (0.5, 12), (1.0, 24), (1.7, 24)])
def test_bars(part: float, full: int) -> None:
    assert bar(part) == f"[{'#' * full}{'.' * (24 - full)}]"


@pytest.mark.parametrize(("count", "rate", "text"), [(10, 1, "0:10"), (600, 1, "10:00"), (7322, 2, "1:01:01")])
def test_the_rest(count: int, rate: float, text: str) -> None:
    assert rest(count, rate) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (1 << 30, "1.0 GiB"), (5 << 50, "5120.0 TiB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text
