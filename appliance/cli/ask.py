# SPDX-License-Identifier: Apache-2.0
"""Asking the running vault through its admin socket, or opening the store where `--offline` says so."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from appliance.cli.failure import Failure
from appliance.cli.here import need
from appliance.cli.kit_client_texts import OF_KIT_CLIENTS
from appliance.cli.ownership import given_back
from appliance.cli.people_texts import OF_PEOPLE
from appliance.cli.seat_texts import OF_SEATS
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.messages import SAFE_AGAIN, ApprovePlugin, AskLocks, AskStaff, BlockPlugin, ExportJournal
from appliance.link.refusals import Refused, Why
from appliance.model.words import Tier

VERIFY_SECONDS = 600.0

AWAY = "the vault does not answer: is it running, and may you open its admin socket?"
LATE = "the vault did not answer in time"
# What only looks: it may be asked again, and the journal would tell nothing of what was changed.
LOOKS: frozenset[type] = SAFE_AGAIN | {AskLocks, AskStaff, ExportJournal}
OF_REASONS = {
    Why.AWAY: AWAY,
    Why.LATE: f"{LATE}; whether it was done, the journal tells",
    Why.BUSY: "the vault has too much to do; come again in a moment",
    Why.FULL: "the vault has no room left; docs/operations.md says what helps",
    Why.VERSION: "the vault runs another version than this command; use the one that was installed with it",
    Why.NOT_FOUND: "there is nothing and nobody of this name; check number, login or id",
    Why.BROKEN: "the vault could not do it because of a fault; its log says which",
}
# What may have to be changed because it keeps the vault from starting.
REPAIRS: frozenset[type] = frozenset({ApprovePlugin, BlockPlugin})
STUCK = "no plugin came or went; if it cannot start, say the same with --offline"
OF_TEXTS = {
    "lock.not_locked": "this account is not locked out",
    "demo.clock": "only the clock of a demo can be moved, and only forward",
    **OF_PEOPLE,
    **OF_KIT_CLIENTS,
    **OF_SEATS,
}


def admin_socket(settings: Settings) -> Path:
    """Where the vault listens for its administrator."""
    return Path(settings.run) / "vault" / "admin.sock"


def ask(config: Path, message: object, *, is_offline: bool = False, timeout: float | None = None) -> Any:
    """The vault's reply, within timeout seconds. Raises Failure with a sentence, also in an ExceptionGroup."""
    settings = load(config)
    if is_offline:
        with given_back(settings):
            return asyncio.run(ask_offline(settings, config, message))
    return asyncio.run(_ask_online(settings, message, timeout))


async def ask_offline(settings: Settings, config: Path, message: object) -> Any:
    """The reply of a vault that is opened for this one message. Raises as ask()."""
    from appliance.vault.service import offline

    async with offline(settings, config) as answer:
        with refusals_explained(message):
            return await answer(message)


async def _ask_online(settings: Settings, message: object, timeout: float | None) -> Any:
    async with dialled(settings, message) as client:
        return (await client.ask(message, timeout=timeout)).reply


@asynccontextmanager
async def dialled(settings: Settings, message: object) -> AsyncIterator[LinkClient]:
    """A client of the running vault, for message. Its refusals become Failures."""
    need(Tier.VAULT)
    client = LinkClient(UnixTarget(admin_socket(settings)))
    try:
        with refusals_explained(message):
            yield client
    finally:
        await client.close()


@contextmanager
def refusals_explained(message: object) -> Iterator[None]:
    """Turn a refusal of message into a Failure with a sentence."""
    try:
        yield
    except Refused as refused:
        raise Failure(sentence(refused, message)) from refused


def sentence(refused: Refused, message: object) -> str:
    """A refusal of message for an administrator."""
    if refused.why is Why.LATE and type(message) in LOOKS:
        return f"{LATE}; come again in a moment"
    if refused.why in (Why.LATE, Why.AWAY) and type(message) in REPAIRS:
        return f"{LATE if refused.why is Why.LATE else AWAY}; {STUCK}"
    known = OF_TEXTS.get(refused.text) or OF_REASONS.get(refused.why)
    values = ", ".join(f"{name}: {value}" for name, value in refused.values.items())
    return known or f"the vault refused it: {refused}{' ' if values else ''}{values}"
