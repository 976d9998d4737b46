# SPDX-License-Identifier: Apache-2.0
"""Fixtures for the portal with the real vault behind it, and for a browser in front of it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from appliance.web.cookies import visit_cookie
from tests.appliance.vault.world import Person
from tests.appliance.web.portal_with_vault import admin, reader, world
from tests.appliance.web.whole import Reader
from tests.servers.chromium import Tab, browsing

__all__ = ["admin", "reader", "world"]


@pytest.fixture
async def tab(reader: Reader, admin: Person, tmp_path: Path, program: Callable[[str], str]) -> AsyncIterator[Tab]:
    """The browser of the admin of an office; no script of a page may fail in it."""
    cookie = {"name": visit_cookie(reader.site), "value": admin.token, "url": reader.browser.origin}
    async with browsing(program("chromium"), tmp_path / "profile", cookie) as made:
        yield made
        assert made.errors == []
