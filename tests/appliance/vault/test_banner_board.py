# SPDX-License-Identifier: Apache-2.0
"""The board in memory: which site shows what at which instant, and in which order."""

import dataclasses

import pytest

from appliance.link.messages import Banner
from appliance.model.words import Site, Weight
from appliance.vault.banner_board import BannerBoard
from appliance.vault.records.tables import KeptBanner

BOTH = frozenset({Site.PUBLIC, Site.PORTAL})
KEPT = KeptBanner("b1", "保守のお知らせ", "Maintenance", Weight.NORMAL, 100, 200, BOTH, "clerk")


def texts(board: BannerBoard, now: int, site: Site = Site.PORTAL) -> list[str]:
    return [one.text for one in board.shown(site, now)]


def test_an_empty_board_shows_nothing() -> None:
    assert BannerBoard().shown(Site.PORTAL, 100) == ()


@pytest.mark.parametrize(("now", "is_shown"), [(99, False), (100, True), (199, True), (200, False)])
def test_it_is_shown_from_its_beginning_until_before_its_end(now: int, is_shown: bool) -> None:
    board = BannerBoard()
    board.hang([KEPT])
    shown = (Banner("保守のお知らせ", "Maintenance", Weight.NORMAL, 200),) if is_shown else ()
    assert board.shown(Site.PORTAL, now) == board.shown(Site.PUBLIC, now) == shown


def test_only_the_sites_that_are_meant_show_it() -> None:
    board = BannerBoard()
    board.hang([dataclasses.replace(KEPT, sites=frozenset({Site.PUBLIC}))])
    assert texts(board, 150, Site.PUBLIC) == ["保守のお知らせ"]
    for site in (Site.PORTAL, Site.CONSOLE, Site.ADMIN):
        assert texts(board, 150, site) == []


def test_the_important_come_first_then_the_newest() -> None:
    board = BannerBoard()
    rows = [
        dataclasses.replace(KEPT, id="b1", text="old"),
        dataclasses.replace(KEPT, id="b2", text="urgent", weight=Weight.IMPORTANT, since=90),
        dataclasses.replace(KEPT, id="b3", text="new", since=120),
    ]
    for order in (rows, rows[::-1]):
        board.hang(order)
        assert texts(board, 150) == ["urgent", "new", "old"]


def test_what_is_hung_replaces_what_was_there() -> None:
    board = BannerBoard()
    board.hang([KEPT])
    board.hang([])
    assert texts(board, 150) == []
