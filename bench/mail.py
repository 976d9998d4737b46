# SPDX-License-Identifier: Apache-2.0
"""Mails a second from a full outbox, sealed, rendered, sent and written down, beside aiosmtplib in a bare loop."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from aiosmtpd.smtp import SMTP
from aiosmtplib import SMTP as Client

from appliance.config.load import load
from appliance.config.own_credentials import credentials_of
from appliance.config.settings import Settings
from appliance.contracts.notifier import OutLetter
from appliance.metrics.registry import Metrics
from appliance.model.time import HOUR
from appliance.model.words import MailOutcome, Role
from appliance.vault import letters
from appliance.vault.core import Core
from appliance.vault.letters import LetterKind
from appliance.vault.records.transaction import Transaction
from appliance.vault.service import VaultService
from bench.measure import Row, Stopwatch, beside
from bench.stores import Pair
from bench.tiers import installed
from tests.ready import ready_office, ready_person

COUNT = 10_000
AT_ONCE = 500
ROUNDS = 3
SENDER = "renkei@fund.example.jp"
CONTRACT = "123456-0000001"
TO = "bench@example.jp"
WANT = "≥ 0.7×"


class Sink:
    """Takes every mail and keeps none."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """As any server does, without a disk."""
        return "250 OK"


async def sink() -> None:
    """The mail server of this benchmark, in a process of its own: says its port, serves until it is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="bench"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """The port of a sink."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.mail", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


async def bare(port: int) -> float:
    """Mails a second of the library: one connection, one mail after another, made beforehand."""
    from renkei_mail_smtp.message import Sender, composed

    letter = OutLetter("b" * 26, TO, "【電子連携サービス】ワンタイムパスワードのお知らせ", "あ" * 300 + "\n", 0)
    message = composed(letter, Sender(SENDER), 0)
    client = Client(hostname="127.0.0.1", port=port, start_tls=False)
    await client.connect()
    watch = Stopwatch()
    for _ in range(COUNT):
        await client.sendmail(SENDER, [TO], message)
    seconds = watch.seconds
    await client.quit()
    return COUNT / seconds


async def ours(pair: Pair, port: int) -> float:
    """Mails a second of a vault that starts with a full outbox, until every row is gone."""
    async with installed(pair) as first:
        config, settings = first.config, load(first.config)
        settings = replace(settings, plugins={k: v for k, v in settings.plugins.items() if k != "mail_smtp"})
        await fill(settings, config)
        table = {"host": "127.0.0.1", "port": port, "security": "none", "sender": SENDER}
        return await emptied(replace(settings, plugins={**settings.plugins, "mail_smtp": table}), config)


async def fill(settings: Settings, config: Path) -> None:
    """Write the letters, by a vault that cannot send."""
    vault = VaultService(settings, credentials_of(settings), Metrics(process=False), config_file=config)
    async with asyncio.TaskGroup() as group:
        await vault.start(group, None)
        office = await ready_office(vault.core, 1, CONTRACT, "株式会社けいそく")
        account = (await ready_person(vault.core, office, "bench0001", Role.OFFICE_ADMIN, mail=TO)).account
        for start in range(0, COUNT, AT_ONCE):
            await vault.core.commit(partial(write_some, vault.core, account, vault.core.clock.now(), start))
        await vault.stop()


def write_some(core: Core, account: str, now: int, start: int, txn: Transaction) -> None:
    """The function that is committed."""
    for number in range(start, start + AT_ONCE):
        fields = {"code": "1234 5678"}
        letters.write(txn, LetterKind.ONE_TIME_CODE, account, f"{number:026d}", fields, now, until=now + 24 * HOUR)


async def emptied(settings: Settings, config: Path) -> float:
    """From the first look into the outbox to the last row that is gone."""
    vault = VaultService(settings, credentials_of(settings), Metrics(process=False), config_file=config)
    async with asyncio.TaskGroup() as group:
        await vault.start(group, None)
        counted = vault.core.post.counted
        watch = Stopwatch()
        while counted[MailOutcome.SENT] < COUNT:  # noqa: ASYNC110 - nothing tells how many have left
            await asyncio.sleep(0.005)
        seconds = watch.seconds
        await vault.stop()
    return COUNT / seconds


async def rows(pair: Pair) -> list[Row]:
    """One row."""
    async with serving() as port:
        what, peer = f"{COUNT:,} letters of a full outbox", "aiosmtplib, one connection, bare loop"
        return [await beside(what, "/s", partial(ours, pair, port), peer, partial(bare, port), WANT, rounds=ROUNDS)]


if __name__ == "__main__":
    uvloop.run(sink())
