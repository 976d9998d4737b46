# SPDX-License-Identifier: Apache-2.0
"""The story plays to its end, and says so when it cannot."""

from pathlib import Path

import pytest

from tests.story.__main__ import play
from tests.story.page import Page
from tests.story.stage import SITES, free_port


async def test_the_story_plays_from_an_empty_folder_to_its_last_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await play(tmp_path, free_port(), once=True)
    lines = capsys.readouterr().out.splitlines()
    assert code == 0, lines
    assert lines[-1].startswith("story complete: ") and lines[-1].endswith(" steps")
    assert int(lines[-1].split()[2]) == len(lines) - 2


async def test_the_story_fails_with_one_clear_line_where_there_is_an_installation_already(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").touch()
    assert await play(tmp_path, free_port(), once=True) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("story failed: renkei init ") and "never overwrites" in last


def test_a_page_is_read_as_a_browser_without_scripts_reads_it() -> None:
    page = Page(
        "<form action='/a'><input name=x value=1><select name=y><option value=2>ふたつ</option></select></form>"
        "<p>見える   文字</p><a href='/b'>先へ</a>"
    )
    form = page.form("/a")
    assert (form.fields, form.choices) == ({"x": "1"}, {"y": {"ふたつ": "2"}})
    assert (page.text, page.links) == ("見える 文字 先へ", ["/b"])


def test_a_free_port_is_free_on_every_site() -> None:
    assert free_port() > 1024
    assert len(set(SITES.values())) == 3
