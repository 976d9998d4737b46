# SPDX-License-Identifier: Apache-2.0
"""The copyright files of the packages: everything that is staged, with who holds the rights and the texts."""

import re
import sys
from pathlib import Path

import licences
import pytest
import shipped

from tests.packaging.staged import small


@pytest.fixture
def text(tmp_path: Path) -> str:
    """The copyright file of the vault in the small tree."""
    return licences.copyright_of(shipped.distributions(small(tmp_path)), "renkei-vault")


def test_it_begins_as_the_form_wants_it(text: str) -> None:
    assert text.startswith("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n")
    assert "Files: *\nCopyright: 2026 Renkei Gateway contributors\nLicense: Apache-2.0\n" in text


def test_a_library_has_its_holders_and_its_text(text: str) -> None:
    stanza = next(part for part in text.split("\n\n") if "site-packages/plain" in part)
    assert "Copyright: (c) 2020 Plain People\nLicense: MIT\n MIT\n .\n Copyright (c) 2020" in stanza


def test_who_names_no_holder_has_an_author(text: str) -> None:
    assert "Copyright: box@example.jp\nLicense: Apache-2.0 or BSD-3-Clause\n" in text


def test_a_text_that_every_debian_has_is_only_named(text: str) -> None:
    assert "The text is in /usr/share/common-licenses/Apache-2.0." in text
    assert "January 2004" not in text


def test_what_is_inside_is_told(text: str) -> None:
    assert "Comment: inside of sealed-box are\n asn1 0.24.1: BSD-3-Clause\n" in text
    assert "unsaid" not in text


def test_no_line_leaves_its_paragraph(text: str) -> None:
    field = re.compile(r"(Format|Upstream-Name|Files|Copyright|License|Comment): \S")
    assert [line for line in text.splitlines() if line and not line.startswith(" ") and not field.match(line)] == []


def test_a_package_tells_of_what_it_brings_alone(tmp_path: Path) -> None:
    found = shipped.distributions(small(tmp_path))
    assert "plain" not in licences.copyright_of(found, "renkei-web")
    assert "zip-core.min.js" in licences.copyright_of(found, "renkei-web")


def test_every_package_gets_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["licences.py", str(small(tmp_path))])
    assert licences.main() == 0
    for package in (*shipped.ROOMS, *licences.OTHERS):
        assert (tmp_path / package / "usr/share/doc" / package / "copyright").read_text().startswith("Format: ")


def test_the_texts_that_are_named_are_there() -> None:
    named = {name for row in shipped.SAID["inside"] for name in re.split(r" OR | AND ", row["licence"])}
    here = {path.stem for path in (shipped.HERE / "licences").glob("*.txt")}
    assert {name.removeprefix("LicenseRef-") for name in named} - here - licences.COMMON.keys() == set()


def test_each_font_of_ours_is_told_and_is_brought_along() -> None:
    """pyproject.toml packs every .ttf of ours; who made it stands in licences.toml, and in the text beside it."""
    told = {row["file"]: row["copyright"] for row in shipped.SAID["inside"] if row["licence"] == "OFL-1.1"}
    fonts = sorted((shipped.HERE.parent / "appliance").rglob("*.ttf"))
    assert {str(font.relative_to(shipped.HERE.parent)) for font in fonts} == {*told} and len(told) == 2
    text = (fonts[0].parent / "OFL.txt").read_text("utf-8")
    assert all(f"{Path(file).name}: Copyright {by}" in text for file, by in told.items())
