# SPDX-License-Identifier: Apache-2.0
"""The manual prints as one document: all chapters, all pictures, numbered pages."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.model.words import Site
from appliance.web.help.chapters import CHAPTERS
from appliance.web.help.sections import those_of
from tests.browser.conftest import chromium
from tests.browser.manual import SITES, manuals


def told(program: str, *words: str) -> str:
    """What a program of poppler says."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: `make apt`")
    return subprocess.run((program, *words), check=True, capture_output=True, text=True).stdout


@pytest.mark.lab
async def test_each_manual_is_one_document(tmp_path: Path) -> None:
    files = await manuals(tmp_path, tmp_path, chromium())
    assert [file.name for file in files] == [f"renkei-manual-{site}.pdf" for site in SITES]
    for site, file in zip(SITES, files, strict=True):
        chapters = those_of(CHAPTERS, Site(site), filings=True)
        facts = told("pdfinfo", str(file))
        pages = int(re.search(r"Pages:\s+(\d+)", facts).group(1))  # type: ignore[union-attr]
        assert "操作マニュアル" in facts and "A4" in facts
        assert len(chapters) <= pages <= 3 * len(chapters), "each chapter begins a page of its own"
        text = [told("pdftotext", "-layout", "-f", str(n), "-l", str(n), str(file), "-") for n in (1, pages)]
        assert all(one.title in text[0] for one in chapters), "the contents stand on the first page"
        assert re.search(rf"{pages}\s*/\s*{pages}", text[1]), "the foot counts the pages"
        assert len(re.findall(r"\bimage\b", told("pdfimages", "-list", str(file)))) >= 8
