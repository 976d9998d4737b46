# SPDX-License-Identifier: Apache-2.0
"""Plugins are asked how they are, all at once: none holds up the others, and none says more than it means to."""

import asyncio
import logging
from types import SimpleNamespace
from typing import Any, cast

import pytest

from appliance.contracts.plugin import Plugin, PluginError
from appliance.host import examining
from appliance.host.examining import Examined, examine
from appliance.host.loading import Loaded


class Well(Plugin):
    """Nothing is wrong."""


class Ill(Plugin):
    """It knows what is wrong."""

    async def examine(self) -> None:
        raise PluginError("the server refuses our password; renew it")


class Broken(Plugin):
    """It fails with a secret in its text."""

    async def examine(self) -> None:
        raise ValueError("hunter2")


class Hanging(Plugin):
    """It does not answer, and takes its time to stop."""

    async def examine(self) -> None:
        await asyncio.Event().wait()


def running(name: str, plugin: type[Plugin]) -> Loaded:
    """A plugin that runs."""
    return cast(Loaded, SimpleNamespace(name=name, plugin=plugin(None, cast(Any, None))))


async def test_each_says_how_it_is(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(examining, "EXAMINE_SECONDS", 0.05)
    all_of_them = {"well": Well, "ill": Ill, "broken": Broken, "hanging": Hanging}
    with caplog.at_level(logging.DEBUG):
        found = await examine([running(*one) for one in all_of_them.items()], {"gone": "it is blocked"})
    assert found == {
        "well": Examined(),
        "ill": Examined(works=False, why="the server refuses our password; renew it"),
        "broken": Examined(works=False, why="ValueError"),
        "hanging": Examined(works=False, why="it did not answer within 0.05 seconds"),
        "gone": Examined(is_there=False, works=False, why="it is blocked"),
    }
    assert "hunter2" not in caplog.text + repr(found)


async def test_a_plugin_that_says_nothing_is_well() -> None:
    assert await examine([], {}) == {}
    assert await Well(None, cast(Any, None)).examine() is None  # type: ignore[func-returns-value]
