# SPDX-License-Identifier: Apache-2.0
"""A real mail server, and the plugin before it."""

from collections.abc import AsyncIterator

import pytest

from tests.appliance.link.authority import Authority
from tests.plugins.mail_smtp.post import Post
from tests.servers.mailbox import Mailbox, mailbox


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    """A server without TLS and without a password."""
    async with mailbox() as made:
        yield made


@pytest.fixture
async def post(box: Mailbox) -> AsyncIterator[Post]:
    """The plugin, started."""
    async with Post(box.port) as made:
        yield made


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signs the certificates of mail servers."""
    return Authority(tmp_path_factory.mktemp("authority"))
