# SPDX-License-Identifier: Apache-2.0
"""A PC connects by the real SoftEther: the portal and nothing else, until the end of it from either side."""

from collections.abc import Iterator

import pytest

from appliance.contracts.kit import KitTunnel
from tests.plugins.kit_linux.vpn_world import ALONE, AS_EVER, World, admit, sessions, with_softether, world
from tests.servers.netns import need_lab, until
from tests.servers.softether import SoftEther

pytestmark = pytest.mark.lab


@pytest.fixture
def there() -> Iterator[tuple[World, SoftEther, KitTunnel]]:
    """The PC, the Internet and the fund."""
    need_lab()
    with world() as made, with_softether(made) as (server, tunnel):
        yield made, server, tunnel


async def test_connect_the_portal_alone_disconnect_the_internet(there: tuple[World, SoftEther, KitTunnel]) -> None:
    made, _, tunnel = there
    await made.install(tunnel)
    admit(made)
    assert made.reached() == AS_EVER
    said = made.runs("connect")
    print(said)
    assert "接続しました" in said and "[3/3]" in said
    assert made.reached() == ALONE
    print(made.runs("status"))
    print(made.runs("disconnect"))
    assert made.reached() == AS_EVER
    print(made.runs("status"))
    until(lambda: not sessions(made), "the session has ended")
