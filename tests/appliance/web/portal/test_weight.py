# SPDX-License-Identifier: Apache-2.0
"""What a page of the portal weighs, with all that it loads at once: at most 60 kB, without the ZIP library."""

import re

import pytest

from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

LIMIT = 60_000
LOADED = re.compile(r'(?:<script src|<link rel="[a-z]+" href|<img src)="(/static/[^"]+)"')


@pytest.mark.parametrize("path", ["/", "/notices", "/filings", "/filings/new", "/history", "/own", "/users"])
async def test_a_page_weighs_little(reader: Reader, world: World, admin: Person, path: str) -> None:
    await (await world.clerk()).deliver(admin.office, small_pdf())
    seen = await reader.be(admin.token).see(path)
    loaded = set(LOADED.findall(seen.html))
    assert loaded and not [one for one in loaded if "zip-core" in one]
    bodies = [(await reader.browser.get(one)).body for one in loaded]
    assert all(bodies)
    assert len(seen.html.encode()) + sum(map(len, bodies)) <= LIMIT


@pytest.mark.parametrize("path", ["/notices", "/filings/new"])
async def test_the_zip_library_is_named_where_zips_are(
    reader: Reader, world: World, admin: Person, path: str
) -> None:
    await (await world.clerk()).deliver(admin.office, small_pdf())
    seen = await reader.be(admin.token).see(path)
    (library,) = re.findall(r'data-zip-library="([^"]+)"', seen.html)
    assert (await reader.browser.get(library)).status == 200
