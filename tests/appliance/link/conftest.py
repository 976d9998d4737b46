# SPDX-License-Identifier: Apache-2.0
"""A link that is started and closed around each test."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.appliance.link.both_ends import Answering, Link, StartLink, ordinary


@pytest.fixture
async def start_link(tmp_path: Path) -> AsyncIterator[StartLink]:
    """Starts a link with an answer and options of LinkServer; it is closed in the end."""
    async with AsyncExitStack() as stack:

        async def start(answer: Answering = ordinary, **options: Any) -> Link:
            made = Link(tmp_path, answer, options)
            await made.start()
            stack.push_async_callback(lambda: made.server.close(drain=0.01))
            return made

        yield start


@pytest.fixture
async def link(start_link: StartLink) -> Link:
    """A link with the ordinary answer."""
    return await start_link()
