# SPDX-License-Identifier: Apache-2.0
"""The month plays in a real browser, and what the documents show is what it leaves."""

import re
from pathlib import Path

import pytest

from appliance.web.rendering import FOLDER
from tests.architecture.tree import ROOT
from tests.browser.__main__ import SCREENS as SHOWN
from tests.browser.__main__ import journeys
from tests.browser.conftest import chromium
from tests.browser.month import LARGEST, SCREENS


@pytest.mark.lab
async def test_a_month_of_six_people(tmp_path: Path) -> None:
    pictures = tmp_path / "screens"
    pictures.mkdir()
    said: list[str] = []
    assert await journeys(tmp_path, pictures, chromium(), said.append) == 0, said
    assert said[-1] == f"journeys complete: {len(SCREENS)} screens"
    assert {path.stem for path in pictures.iterdir()} == set(SCREENS)
    assert all(path.read_bytes()[8:12] == b"WEBP" for path in pictures.iterdir())


def test_the_documents_show_every_screen_and_no_other() -> None:
    page = (ROOT / "docs" / "screens" / "README.md").read_text("utf-8")
    assert re.findall(r"/([a-z-]+)\.webp\)", page) == list(SCREENS)
    assert {path.stem for path in SHOWN.glob("*.webp")} == set(SCREENS)


def test_the_manual_shows_what_there_is() -> None:
    chapters = (FOLDER / "manual").glob("*.html")
    shown = {name for path in chapters for name in re.findall(r'figure\("([a-z-]+)"', path.read_text("utf-8"))}
    assert shown <= set(SCREENS) and len(shown) >= 16


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_small(name: str) -> None:
    assert 1_000 < (SHOWN / f"{name}.webp").stat().st_size <= LARGEST
