# SPDX-License-Identifier: Apache-2.0
"""The lists of filings in front of the real vault: by month, words and order, here and there."""

import pytest

from appliance.link import messages as m
from appliance.model.time import DAY
from appliance.model.words import FilingState, Site
from appliance.web.filing_list import PLACE, asked_for, filing_filters
from appliance.web.narrowed import Narrowed
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser, Opening
from tests.appliance.web.portal_with_vault import admin, reader, world
from tests.appliance.web.whole import Reader, Seen, site_of

__all__ = ["admin", "reader", "world"]

ORDERS = {"": ("新しい順", "新"), "old": ("古い順", "古"), "due": ("期限が近い順", "近")}
SEVERAL = {"waiting": (FilingState.HELD, FilingState.UPLOADED)}


async def test_every_field_reaches_the_vault(portal: Browser) -> None:
    filters = filing_filters(portal.website.house, [("held", "検査待ち"), ("waiting", "待ち")], "月", ORDERS)
    fields = {"state": "held", "type": "loss", "month": "2026-06", "search": "山田", "order": "due"}
    asked = asked_for(Narrowed.of(PLACE, filters, fields), SEVERAL, "here", 50)
    assert asked == m.ListFilings(
        "",
        (FilingState.HELD,),
        "loss",
        by_deadline=True,
        after="here",
        month="2026-06",
        search="山田",
    )
    oldest = asked_for(Narrowed.of(PLACE, filters, {"order": "old", "state": "waiting"}), SEVERAL, "", 50)
    assert oldest == m.ListFilings(states=SEVERAL["waiting"], oldest_first=True)


async def spread(world: World, office: str) -> list[str]:
    """Five filings, one a week, the oldest first; the later the nearer its deadline."""
    return [
        await put_filing(
            world,
            office,
            FilingState.DELIVERED,
            uploaded_at=world.clock.now() + number * 7 * DAY,
            delivered_at=world.clock.now() + number * 7 * DAY + DAY,
            due_on=f"2026-07-{20 - number:02d}",
            file_name=f"2026060{number + 1}_0001_届.pdf",
            type="loss" if number % 2 else "acquisition",
        )
        for number in range(5)
    ]


def order(seen: Seen, made: list[str]) -> list[int]:
    """The numbers of the filings that are shown, as they stand."""
    ids = [link.removeprefix("/filings/") for link in seen.page.links]
    return [made.index(id) for id in dict.fromkeys(ids) if id in made]


ASKED = [
    ("", [4, 3, 2, 1, 0]),
    ("order=old", [0, 1, 2, 3, 4]),
    ("order=due", [4, 3, 2, 1, 0]),
    ("month=2026-06&order=old", [0, 1, 2, 3]),
    ("month=2026-08", []),
    ("search=20260602+%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%91", [1]),
    ("type=loss&order=old", [1, 3]),
    ("state=delivered&search=%E5%96%AA%E5%A4%B1", [3, 1]),
]


@pytest.mark.parametrize(("query", "wanted"), ASKED)
async def test_an_office_narrows_its_filings(
    reader: Reader, world: World, admin: Person, query: str, wanted: list[int]
) -> None:
    made = await spread(world, admin.office)
    seen = await reader.be(admin.token).see(f"/filings?{query}")
    assert order(seen, made) == wanted
    assert ("条件に合うものはありません" in seen.text) is (not wanted)


@pytest.mark.parametrize(("query", "wanted"), ASKED)
async def test_so_does_the_fund(
    open_site: Opening, world: World, admin: Person, query: str, wanted: list[int]
) -> None:
    made = await spread(world, admin.office)
    if "2026-06" in query:
        wanted = [0, 1, 2]  # the last of June was delivered in July
    console = await site_of(open_site, world, Site.CONSOLE)
    seen = await console.be((await world.clerk()).token).see(f"/filings?{query}")
    assert order(seen, made) == wanted


async def test_names_do_not_turn_the_line_round(reader: Reader, world: World, admin: Person) -> None:
    name = "20260609_\u202efdp.届.pdf"
    await put_filing(world, admin.office, FilingState.UPLOADED, file_name=name)
    assert f"<bdi>{name}</bdi>" in (await reader.be(admin.token).see("/filings")).html
