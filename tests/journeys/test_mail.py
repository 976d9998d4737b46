# SPDX-License-Identifier: Apache-2.0
"""A vault that is killed between a mail and its settling loses no letter, and a repeat is the same mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from appliance.model.things import MailState
from appliance.model.time import HOUR
from appliance.model.words import MailOutcome
from appliance.vault import letters
from appliance.vault.core import Core
from appliance.vault.letters import LetterKind
from appliance.vault.outbox import states_of
from appliance.vault.tables import accounts, outbox
from appliance.vault.transaction import Snapshot, Transaction
from tests.journeys.afterwards import opened
from tests.journeys.installation import Installation
from tests.servers.mailbox import LATE, OK, Mail, Mailbox, mailbox

COUNT = 30
CODES = [f"{number:04} 5678" for number in range(COUNT)]


def table(box: Mailbox) -> str:
    """What the administrator adds to the configuration."""
    return f"""
[plugins.mail_smtp]
host = "127.0.0.1"
port = {box.port}
security = "none"
sender = "renkei@fund.example.jp"
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


async def test_a_vault_killed_between_a_mail_and_its_reply_sends_it_again_as_the_same_mail(
    fund: Installation,
) -> None:
    async with without_mail(fund) as core:
        await write_all(core)
    async with mailbox() as box:
        fund.config.write_text(fund.config.read_text("utf-8") + table(box), "utf-8")
        box.on["DATA"] = lambda to: LATE if len(box.mails) >= COUNT // 2 else OK
        vault = await asyncio.to_thread(fund.start, "vault")
        await box.until(lambda box: box.hanging > 0)
        vault.kill()
        box.let_go()
        box.on["DATA"] = lambda to: OK
        await asyncio.to_thread(vault.start)
        await box.until(lambda box: {code_of(mail) for mail in box.mails} == set(CODES))
        assert await asyncio.to_thread(vault.stop) == 0
    ids: dict[str, set[str]] = {}
    for mail in box.mails:
        ids.setdefault(code_of(mail), set()).add(mail.id)
    assert all(len(same) == 1 for same in ids.values()) and len(set.union(*ids.values())) == COUNT
    assert len(box.mails) > COUNT, "at least the mail without a reply came twice"
    async with without_mail(fund) as core:
        await everything_is_settled(core)


async def everything_is_settled(core: Core) -> None:
    """No code is kept any more; the account's last mail was sent. What was in hand at the stop may be left."""

    def look(snapshot: Snapshot) -> tuple[int, list[MailState]]:
        return outbox.count(snapshot, COUNT), states_of(snapshot, user(snapshot))

    left, (state,) = await core.read(look)
    assert left <= core.settings.letters.at_once
    assert state.outcome is MailOutcome.SENT
