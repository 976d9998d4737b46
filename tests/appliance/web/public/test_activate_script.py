# SPDX-License-Identifier: Apache-2.0
"""/activate/ in a real browser with its script: files are dropped, and what is too large is named at once."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from appliance.link import messages as m
from appliance.model.words import Site
from appliance.web.cookies import visit_cookie
from tests.appliance.web.conftest import Browser
from tests.servers.chromium import Tab, browsing

pytestmark = pytest.mark.lab

FAULT = "document.querySelector('[data-codes-fault]')"
CLICK = "document.querySelector('[data-codes] button').click()"
DROP = """(() => {
    const moved = new DataTransfer();
    for (const [name, size] of %s) moved.items.add(new File(["x".repeat(size)], name));
    document.querySelector("[data-codes]").dispatchEvent(
        new DragEvent("drop", { dataTransfer: moved, bubbles: true, cancelable: true }));
    return [...document.querySelectorAll("input[type=file]")].map((one) => one.files[0]?.name || "");
})()"""


@pytest.fixture
async def tab(inside: Browser, tmp_path: Path, program: Callable[[str], str]) -> AsyncIterator[Tab]:
    """With the form of a ticket open; no script of the page may fail in it."""
    token = inside.cookies[visit_cookie(Site.PUBLIC)]
    cookie = {"name": visit_cookie(Site.PUBLIC), "value": token, "url": inside.origin}
    async with browsing(program("chromium"), tmp_path / "profile", cookie) as made:
        await made.go(f"{inside.origin}/activate/send")
        yield made
        assert made.errors == []


async def test_files_are_dropped_into_the_next_free_places(inside: Browser, tab: Tab) -> None:
    assert await tab.run(DROP % "[['a.txt', 3], ['b.txt', 3]]") == ["a.txt", "b.txt", ""]
    assert await tab.run(DROP % "[['c.txt', 3], ['d.txt', 3]]") == ["a.txt", "b.txt", "c.txt"]
    assert "3つまで" in await tab.run(f"{FAULT}.textContent")
    async with tab.leaving():
        await tab.run(CLICK)
    assert await tab.run("document.querySelector('h1').textContent") == "有効化の受付"
    [sent] = [one.message for one in inside.vault.asked if isinstance(one.message, m.SendCodes)]
    assert [file.file_name for file in sent.files] == ["a.txt", "b.txt", "c.txt"]


async def test_a_large_file_is_named_and_stays_here(inside: Browser, tab: Tab, tmp_path: Path) -> None:
    large, small = tmp_path / "large.txt", tmp_path / "確認コード.txt"
    large.write_bytes(b"x" * 70_000)
    small.write_bytes(b"x")
    await tab.choose("#code-1", large)
    await tab.until(f"!{FAULT}.hidden")
    assert "large.txt は大きすぎる" in await tab.run(f"{FAULT}.textContent")
    await tab.run(CLICK)
    assert await tab.run("location.pathname") == "/activate/send"
    assert "SendCodes" not in inside.vault.kinds()
    await tab.choose("#code-1", small)
    await tab.until(f"{FAULT}.hidden")
    async with tab.leaving():
        await tab.run(CLICK)
    assert await tab.run("document.querySelector('h1').textContent") == "有効化の受付"
