# SPDX-License-Identifier: Apache-2.0
"""A vault that is killed between a mail and its settling loses no letter, and a repeat is the same mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.model.journal import Kind
from appliance.model.things import MailState
from appliance.model.time import HOUR
from appliance.model.words import MailOutcome
from appliance.vault import letters
from appliance.vault.core import Core
from appliance.vault.letters import LetterKind
from appliance.vault.letters.outbox import states_of
from appliance.vault.records.tables import accounts, outbox
from appliance.vault.records.transaction import Snapshot, Transaction
from tests.journeys.afterwards import entries, opened
from tests.journeys.installation import Installation, Process
from tests.journeys.waiting import until
from tests.plugins.mail_smtp.test_bounces import ID, POSTFIX, SAID
from tests.servers.mailbox import LATE, OK, Mail, Mailbox, mailbox, maildir

COUNT = 30
STOPS = 10
CODES = [f"{number:04} 5678" for number in range(COUNT)]


def table(box: Mailbox, returns: Path) -> str:
    """What the administrator adds to the configuration."""
    return f"""
[plugins.mail_smtp]
host = "127.0.0.1"
port = {box.port}
security = "none"
sender = "renkei@fund.example.jp"
returns = "{returns}"
"""


@asynccontextmanager
async def without_mail(fund: Installation) -> AsyncIterator[Core]:
    """The vault of an installation in this process; it has no notifier."""
    text = fund.config.read_text("utf-8")
    fund.config.write_text(text.partition("\n[plugins.mail_smtp]")[0], "utf-8")
    try:
        async with opened(fund) as core:
            yield core
    finally:
        fund.config.write_text(text, "utf-8")


def user(snapshot: Snapshot) -> str:
    """Somebody of an office."""
    return next(account.id for account in accounts.scan(snapshot, "office") if account.office)


async def write_all(core: Core) -> None:
    """One-time passwords, all in one commit."""
    now = core.clock.now()

    def write(txn: Transaction) -> None:
        account = user(txn)
        for number, code in enumerate(CODES):
            fields = {"code": code}
            letters.write(txn, LetterKind.ONE_TIME_CODE, account, f"{number:026}", fields, now, until=now + HOUR)

    await core.commit(write)


def code_of(mail: Mail) -> str:
    """The one-time password in a mail."""
    return mail.text.partition("\n")[0].removeprefix("ワンタイムパスワード: ")


@pytest.mark.lab
async def test_a_vault_killed_between_a_mail_and_its_reply_sends_it_again_as_the_same_mail(
    fund: Installation,
) -> None:
    returns = maildir(fund.root / "returns")
    async with without_mail(fund) as core:
        await write_all(core)
    async with mailbox() as box:
        fund.config.write_text(fund.config.read_text("utf-8") + table(box, returns), "utf-8")
        box.on["DATA"] = lambda to: LATE if len(box.mails) >= COUNT // 2 else OK
        vault = await asyncio.to_thread(fund.start, "vault")
        await box.until(lambda box: box.hanging > 0)
        vault.kill()
        box.let_go()
        box.on["DATA"] = lambda to: OK
        await asyncio.to_thread(vault.start)
        await box.until(lambda box: {code_of(mail) for mail in box.mails} == set(CODES))
        last = await everything_is_settled(fund, vault, box)
    ids: dict[str, set[str]] = {}
    for mail in box.mails:
        ids.setdefault(code_of(mail), set()).add(mail.id)
    assert all(len(same) == 1 for same in ids.values()) and len(set.union(*ids.values())) == COUNT
    assert len(box.mails) > COUNT, "at least the mail without a reply came twice"
    await a_bounce_reaches_the_desk(fund, returns, last)


async def everything_is_settled(fund: Installation, vault: Process, box: Mailbox) -> MailState:
    """Stop the vault; the last mail was sent, and no code is kept. What was in hand at a stop comes again."""
    for _ in range(STOPS):
        assert await asyncio.to_thread(vault.stop) == 0
        async with without_mail(fund) as core:
            left, state = await core.read(look)
        if not left:
            assert state.outcome is MailOutcome.SENT
            return state
        wanted = len(box.mails) + left
        await asyncio.to_thread(vault.start)
        await box.until(lambda box, wanted=wanted: len(box.mails) >= wanted)  # type: ignore[misc]
    raise AssertionError("some letter is never settled")


def look(snapshot: Snapshot) -> tuple[int, MailState]:
    """How many letters wait, and the last of the user."""
    (state,) = states_of(snapshot, user(snapshot))
    return outbox.count(snapshot, COUNT), state


async def a_bounce_reaches_the_desk(fund: Installation, returns: Path, last: MailState) -> None:
    """The report came while the vault was away: it is read at the start, and put aside once that is kept."""
    (returns / "new" / "1").write_text(POSTFIX.replace(ID, last.letter), "utf-8")

    async def is_put_aside() -> bool:
        return not list((returns / "new").iterdir())

    vault = await asyncio.to_thread(fund.start, "vault")
    await until(is_put_aside)
    await asyncio.to_thread(vault.stop)
    async with without_mail(fund) as core:
        _, state = await core.read(look)
        kinds = [entry.kind for entry in await entries(core)]
    assert (state.outcome, state.said) == (MailOutcome.RETURNED, SAID)
    assert kinds.count(Kind.MAIL_RETURNED) == 1
