# SPDX-License-Identifier: Apache-2.0
"""Asking the running vault through its admin socket, or opening the store where `--offline` says so."""

import asyncio
from pathlib import Path
from typing import Any

from appliance.cli.failure import Failure
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.refusals import Refused, Why

VERIFY_SECONDS = 600.0


def admin_socket(settings: Settings) -> Path:
    """Where the vault listens for its administrator."""
    return Path(settings.run) / "vault" / "admin.sock"


def ask(config: Path, message: object, *, is_offline: bool = False, timeout: float | None = None) -> Any:
    """The vault's reply. Raises Failure with a sentence."""
    settings = load(config)
    try:
        if is_offline:
            return asyncio.run(_offline(settings, config, message))
        return asyncio.run(_online(settings, message, timeout))
    except Refused as refused:
        raise Failure(sentence(refused)) from refused


def sentence(refused: Refused) -> str:
    """A refusal for an administrator."""
    if refused.why is Why.AWAY:
        return "the vault does not answer: is it running, and may you open its admin socket?"
    values = ", ".join(f"{name}: {value}" for name, value in refused.values.items())
    return f"refused: {refused.why} ({refused.text}{'; ' if values else ''}{values})"


async def _online(settings: Settings, message: object, timeout: float | None) -> Any:
    client = LinkClient(UnixTarget(admin_socket(settings)))
    try:
        return (await client.ask(message, timeout=timeout)).reply
    finally:
        await client.close()


async def _offline(settings: Settings, config: Path, message: object) -> Any:
    from appliance.vault.service import offline

    async with offline(settings, config) as ask:
        return await ask(message)
