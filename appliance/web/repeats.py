# SPDX-License-Identifier: Apache-2.0
"""What somebody sends twice, because a click was one too many or a page was loaded again: it gets one answer.

Most changes carry the id of a command, and the vault knows them again. What begins or renews a visit has none that
would still be known: the token moves, a code is good once. For these the answer waits here for a while.

1. The same is what has the same cookies, path and fields, with the id of the page that it came from among them;
   only a hash is kept.
2. The second waits for the first. A refusal is shared with who waits and then forgotten: the next is a new try.
3. An answer says how long it may be given again; what it lets somebody do, the vault still decides.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from appliance.link.refusals import Refused
from appliance.web.vault_side import Answered

# A sealed arrival is good for ten minutes; pages of the sign-in may be loaded again for as long.
PAGE_SECONDS = 600.0
# A redirection is followed at once.
TOKEN_SECONDS = 10.0
MAX_KEPT = 1000

Kept = asyncio.Future[Answered | Refused | None]


@dataclass(frozen=True, slots=True)
class Repeats:
    """The answers of one site."""

    _kept: dict[bytes, Kept] = field(default_factory=dict, repr=False)

    async def once(
        self, sent: tuple[str, ...], ask: Callable[[], Awaitable[Answered]], seconds: Callable[[Answered], float]
    ) -> Answered:
        """The answer of ask, or the one that the same was given before. seconds is how long it is kept.

        Raises Refused as ask does. Who gives up leaves the asking to who waits.
        """
        key = _key(sent)
        while (before := self._kept.get(key)) is not None:
            known = await asyncio.shield(before)
            if isinstance(known, Refused):
                raise known
            if known is not None:
                return known
        return await self._first(key, ask, seconds)

    async def _first(
        self, key: bytes, ask: Callable[[], Awaitable[Answered]], seconds: Callable[[Answered], float]
    ) -> Answered:
        loop = asyncio.get_running_loop()
        if len(self._kept) >= MAX_KEPT:
            return await ask()
        kept = self._kept[key] = loop.create_future()
        outcome: Answered | Refused | None = None
        try:
            outcome = answered = await ask()
        except Refused as refused:
            outcome = refused
            raise
        finally:
            kept.set_result(outcome)
            if outcome is None or isinstance(outcome, Refused):
                del self._kept[key]
        loop.call_later(seconds(answered), self._kept.pop, key, None)
        return answered


def _key(sent: tuple[str, ...]) -> bytes:
    """Lengths in front keep ("ab", "c") and ("a", "bc") apart."""
    digest = hashlib.sha256()
    for text in sent:
        part = text.encode("utf-8", "surrogatepass")
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()
