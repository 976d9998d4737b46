# SPDX-License-Identifier: Apache-2.0
"""What the fund tells everybody (お知らせ, SC12): put up and taken down by its staff, shown on every page.

1. The text is somebody's own words: in the journal it is a personal value, on a page it is text and nothing else.
2. The board in memory is what the store holds: read at the start, after each change, and every few seconds, since
   who made a change may have gone before its end.
3. There are never more than MOST: they travel with every reply.
"""

import unicodedata

from appliance.link.messages import (
    AskBanners,
    BannerPage,
    BannerPut,
    BannerRow,
    ListBanners,
    Nothing,
    PutBanner,
    TakeBannerDown,
)
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED
from appliance.model.time import DAY
from appliance.model.words import Site
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.filings.known import name_for
from appliance.vault.outcomes import remember
from appliance.vault.people.fields import Unfit
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import KeptBanner, banners
from appliance.vault.records.transaction import Snapshot, Transaction

MOST = 10
MAX_SIGNS = 200
MAX_ENGLISH = 400
MAX_LINES = 8
LONGEST = 400 * DAY
SECONDS = 5
SITES = frozenset({Site.PUBLIC, Site.PORTAL})


async def refresh(core: Core) -> None:
    """Let the board show what is kept (promise 2); the newest look wins, however long another one took."""
    async with core.banners.looking:
        core.banners.hang(await core.read(lambda snapshot: _standing(snapshot, core.clock.now())))


async def ask_banners(core: Core, caller: Caller, message: AskBanners) -> Nothing:
    """They go with the reply, as with every reply. Leaves no entry."""
    return Nothing()


async def list_banners(core: Core, caller: Caller, message: ListBanners) -> BannerPage:
    """Those that are up and those to come."""
    await journal_reading(core, caller, "", "")

    def page(snapshot: Snapshot) -> BannerPage:
        standing = sorted(_standing(snapshot, caller.now), key=lambda one: (one.since, one.until))
        return BannerPage(tuple(_row(snapshot, caller, one) for one in standing))

    return await core.read(page)


async def put_banner(core: Core, caller: Caller, message: PutBanner) -> BannerPut:
    """Put a text up. Raises Unfit, or Refused CONFLICT when there are MOST."""
    kept = _checked(core, caller, message)
    reply = BannerPut(kept.id)
    entry = caller.entry(office="", thing=kept.id, personal={TYPED: kept.text})

    def put(txn: Transaction) -> None:
        if len(_standing(txn, caller.now)) >= MOST:
            raise Refused(Why.CONFLICT, "banner.too_many", {"most": str(MOST)})
        banners.put(txn, kept)
        remember(txn, caller, reply)
        txn.journal(entry)

    await core.commit(put, seen=caller.seen)
    await refresh(core)
    return reply


async def take_down(core: Core, caller: Caller, message: TakeBannerDown) -> Nothing:
    """Take one down. Raises Refused NOT_FOUND for one that is over, or was taken down by somebody else."""

    def take(txn: Transaction) -> None:
        kept = banners.get(txn, message.banner)
        if kept is None or kept.until <= caller.now:
            raise Refused(Why.NOT_FOUND, "banner.gone")
        banners.delete(txn, kept.id)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(office="", thing=kept.id, personal={TYPED: kept.text}))

    await core.commit(take, seen=caller.seen, vital=True)
    await refresh(core)
    return Nothing()


def forget_over(txn: Transaction, now: int) -> int:
    """Remove what is over, some at a time; how many. The entries of its coming stay."""
    over = banners.scan(txn, "end", until=(now + 1,), limit=MOST)
    for one in over:
        banners.delete(txn, one.id)
    return len(over)


def _standing(snapshot: Snapshot, now: int) -> list[KeptBanner]:
    return banners.scan(snapshot, "end", since=(now + 1,), limit=MOST)


def _row(snapshot: Snapshot, caller: Caller, kept: KeptBanner) -> BannerRow:
    by = name_for(snapshot, caller, kept.by)
    return BannerRow(kept.id, kept.text, kept.english, kept.weight, kept.since, kept.until, kept.sites, by)


def _checked(core: Core, caller: Caller, message: PutBanner) -> KeptBanner:
    """As it is kept. Raises Unfit, with the field of the form."""
    if not message.sites or message.sites - SITES:
        raise Unfit("banner_sites", "none")
    if not 0 <= message.since < message.until:
        raise Unfit("banner_until", "order")
    if message.until <= caller.now:
        raise Unfit("banner_until", "past")
    if message.until > caller.now + LONGEST:
        raise Unfit("banner_until", "far")
    return KeptBanner(
        id=core.new_id(),
        text=_text("banner_text", message.text, MAX_SIGNS),
        english=_text("banner_english", message.english, MAX_ENGLISH) if message.english.strip() else "",
        weight=message.weight,
        since=message.since,
        until=message.until,
        sites=message.sites,
        by=caller.actor,
    )


def _text(field: str, typed: str, most: int) -> str:
    """Lines of text without blanks around them; of controls there is only the end of a line. Raises Unfit."""
    # To compose a long text can take its length squared, and each line may have ended with two signs.
    if len(typed) > 2 * most:
        raise Unfit(field, "length", most=str(most))
    lines = [line.strip() for line in typed.strip().replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    text = unicodedata.normalize("NFC", "\n".join(lines))
    if not text or len(text) > most:
        raise Unfit(field, "length", most=str(most))
    if len(lines) > MAX_LINES:
        raise Unfit(field, "lines", most=str(MAX_LINES))
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text if sign != "\n"):
        raise Unfit(field, "signs")
    return text
