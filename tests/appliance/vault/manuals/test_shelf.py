# SPDX-License-Identifier: Apache-2.0
"""A manual is made once, however many want it at the same time."""

import asyncio
from collections.abc import Mapping

import pytest

from appliance.config.settings import Settings
from appliance.vault.manuals import shelf
from appliance.vault.manuals.books import Book, books
from appliance.vault.manuals.facts import facts_of
from appliance.vault.manuals.shelf import Shelf


async def test_it_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def typeset(book: Book, facts: Mapping[str, str]) -> bytes:
        made.append(book.name)
        return b"%PDF-"

    monkeypatch.setattr(shelf, "typeset", typeset)
    empty, facts = Shelf(), {**facts_of(Settings()), "fund": "いちど基金"}
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(empty.get(books()["install"], facts)) for _ in range(20)]
    assert made == ["install"] and {task.result() for task in tasks} == {empty.printed["install"]}


async def test_one_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    empty, facts = Shelf(), {**facts_of(Settings()), "fund": "にど基金"}
    with monkeypatch.context() as broken:
        broken.setattr(shelf, "typeset", lambda book, facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await empty.get(books()["offices"], facts)
    assert (await empty.get(books()["offices"], facts)).pdf.startswith(b"%PDF-")
