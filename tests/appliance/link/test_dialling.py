# SPDX-License-Identifier: Apache-2.0
"""A dialler hands out connections to its one target, keeps them or not, and never more than its limit."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp.client_proto import ResponseHandler

from appliance.link.dialling import Dialler, UnixTarget
from appliance.link.messages import OpenMenu
from appliance.model.words import Site
from tests.appliance.link.both_ends import Link, posted


class Counted:
    """A target that counts who dials it."""

    def __init__(self, path: Path) -> None:
        """At a socket."""
        self._target = UnixTarget(path)
        self.dialled = 0

    async def dial(self, factory: Callable[[], ResponseHandler]) -> ResponseHandler:
        """Count and connect."""
        self.dialled += 1
        return await self._target.dial(factory)


async def asked(target: Counted, dialler: Dialler, times: int) -> int:
    """How many connections so many requests took, two at a time."""
    body = posted(OpenMenu()).partition(b"\r\n\r\n")[2]

    async def ask(session: aiohttp.ClientSession) -> None:
        async with session.post("http://link/link/OpenMenu", data=body) as response:
            assert response.status == 200

    async with aiohttp.ClientSession(connector=dialler) as session:
        for _ in range(times):
            async with asyncio.TaskGroup() as group:
                group.create_task(ask(session))
                group.create_task(ask(session))
    return target.dialled


async def test_kept_connections_are_used_again(link: Link) -> None:
    target = Counted(link.path(Site.PORTAL))
    assert await asked(target, Dialler(target, limit=10, keep=30.0), 3) == 2


async def test_one_connection_serves_in_turn(link: Link) -> None:
    target = Counted(link.path(Site.PORTAL))
    assert await asked(target, Dialler(target, limit=1, keep=30.0), 3) == 1


async def test_unkept_connections_are_fresh_each_time(link: Link) -> None:
    target = Counted(link.path(Site.PORTAL))
    assert await asked(target, Dialler(target, limit=10, keep=None), 3) == 6


async def test_nobody_there_is_a_connection_error(tmp_path: Path) -> None:
    target = Counted(tmp_path / "none.sock")
    with pytest.raises(aiohttp.ClientConnectorError):
        await asked_once(Dialler(target, limit=1, keep=None))


async def asked_once(dialler: Dialler) -> None:
    """One request."""
    async with aiohttp.ClientSession(connector=dialler) as session, session.post("http://link/"):
        raise AssertionError("somebody answered")
