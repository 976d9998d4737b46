# SPDX-License-Identifier: Apache-2.0
"""Whether this fund takes filings at all (R5), and how much an office may send on one day."""

import datetime as dt
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TypeVar

from appliance.config.office_settings import Exchange
from appliance.link.refusals import Refused, Why
from appliance.model.time import JST, Instant, date_in_japan, instant
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.records.tables import DaySent, days_sent
from appliance.vault.records.transaction import Transaction

MIB = 1024 * 1024
AT_ONCE = 500
M = TypeVar("M")
R = TypeVar("R")
Handler = Callable[[Core, Caller, M], Awaitable[R]]


def need_filings(core: Core) -> None:
    """Raise Refused NOT_ALLOWED where the fund takes no filings."""
    if not core.settings.exchange.filings_enabled:
        raise Refused(Why.NOT_ALLOWED, "filing.disabled")


def where_offered(handler: Handler[M, R]) -> Handler[M, R]:
    """The handler of a message about filings, which is refused where there are none."""

    @wraps(handler)
    async def guarded(core: Core, caller: Caller, message: M) -> R:
        need_filings(core)
        return await handler(core, caller, message)

    return guarded


def count_upload(txn: Transaction, limits: Exchange, office: str, size: int, now: Instant) -> None:
    """One upload of size bytes more on this Japanese day. Raises Refused TOO_LARGE beyond the limits of the day."""
    today = date_in_japan(now)
    sent = days_sent.get(txn, office, today.isoformat()) or DaySent(office, today.isoformat())
    counted = DaySent(office, sent.day, sent.uploads + 1, sent.size + size)
    tomorrow = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), JST)
    values = {"next_at": str(instant(tomorrow))}
    if counted.uploads > limits.uploads_per_day:
        raise Refused(Why.TOO_LARGE, "upload.day", {"max": str(limits.uploads_per_day), **values})
    if counted.size > limits.mib_per_day * MIB:
        raise Refused(Why.TOO_LARGE, "upload.day_size", {"max": str(limits.mib_per_day), **values})
    days_sent.put(txn, counted)


def forget_days(txn: Transaction, now: Instant) -> int:
    """Remove what was counted on days before yesterday, some at a time; how many."""
    until = date_in_japan(now) - dt.timedelta(days=1)
    over = days_sent.scan(txn, "day", until=(until.isoformat(),), limit=AT_ONCE)
    for one in over:
        days_sent.delete(txn, one.office, one.day)
    return len(over)
