# SPDX-License-Identifier: Apache-2.0
"""One cast and one browser for all tests of this room."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.cast import Cast, played
from tests.browser.inquiries import TABLE, ask_and_answer
from tests.examples.installed import installed, on_path
from tests.servers.chromium import Tab, browsing
from tests.story.stage import free_port


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """Everybody, signed in; the fund has the plugin of the second worked example."""
    site = installed("inquiry", tmp_path_factory.mktemp("plugins") / "site")
    with on_path(site):
        async with played(tmp_path_factory.mktemp("fund"), free_port(), TABLE) as made:
            await ask_and_answer(made)
            yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tab]:
    """A real browser."""
    async with browsing(chromium(), tmp_path_factory.mktemp("profile")) as made:
        yield made


def chromium() -> str:
    """Where it is; the test is skipped where it is not installed."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("chromium is not installed: `make apt`")
    return found
