# SPDX-License-Identifier: Apache-2.0
"""The manual pages say what the command line says, and troff reads them as they are meant."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import manual
import pytest

from appliance.cli.main import WORDS, parser
from tests.architecture import tree

PAGES = manual.pages("2026-11-22")
MACROS = {".TH", ".SH", ".TP", ".PP", ".B", ".BR", ".nf", ".fi"}


def plain(page: str) -> str:
    """A page without what only troff needs."""
    return re.sub(
        r"\\\(ga", "`", re.sub(r"\\\(aq", "'", page.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\"))
    )


def test_each_word_has_a_page_and_the_first_names_all() -> None:
    assert set(PAGES) == {"renkei", *(f"renkei-{word}" for word in WORDS)}
    for name, word in WORDS.items():
        assert f".BR renkei-{name} (1)" in PAGES["renkei"]
        assert f"renkei-{name} - {word.help}" in plain(PAGES[f"renkei-{name}"])


@pytest.mark.parametrize("word", WORDS)
def test_a_page_has_every_option(word: str) -> None:
    one = dict(manual._below(parser(WORDS)))[word]
    for part in (one, *(below for _, below in manual._below(one))):
        for action in part._actions:
            for option in set(action.option_strings) - {"-h", "--help"}:
                assert option in plain(PAGES[f"renkei-{word}"]), option


@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_taken_for_a_macro(name: str) -> None:
    lines = [line for line in PAGES[name].splitlines() if line.startswith((".", "'"))]
    assert {line.partition(" ")[0] for line in lines} <= MACROS


@pytest.mark.parametrize(
    ("text", "said"), [(".so x", "\\&.so x"), ("a-b", "a\\-b"), ("'q'", "\\(aqq\\(aq"), ("c:\\d", "c:\\ed")]
)
def test_what_troff_would_read_is_hidden_from_it(text: str, said: str) -> None:
    assert manual._plain(text) == said


def test_pages_are_written_with_the_day_of_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["manual.py", str(tmp_path / "man1")])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    assert manual.main() == 0
    assert '"2026-11-22"' in (tmp_path / "man1" / "renkei.1").read_text()
    assert len(list((tmp_path / "man1").iterdir())) == len(PAGES)


def test_units_name_pages_that_there_are() -> None:
    for unit in (path for path in (tree.ROOT / "systemd").iterdir() if path.is_file()):
        for page in re.findall(r"^Documentation=man:(renkei[a-z-]*)\(1\)", unit.read_text(), re.MULTILINE):
            assert page in PAGES, unit


@pytest.mark.installed
@pytest.mark.parametrize("name", PAGES)
def test_man_reads_a_page_without_a_word(name: str, tmp_path: Path, program: Callable[[str], str]) -> None:
    page = tmp_path / f"{name}.1"
    page.write_text(PAGES[name])
    command = [program("man"), "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)]
    done = subprocess.run(
        command,
        env={"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
