# SPDX-License-Identifier: Apache-2.0
"""The journal entries of what the vault does with sessions by itself: the same in each run of a transaction."""

import hmac
from dataclasses import dataclass, field

from appliance.model.journal import Entry, Kind, Result
from appliance.model.time import Instant
from appliance.model.tunnels import TunnelSession
from appliance.model.words import Tier
from appliance.vault.core import Core
from appliance.vault.journal.leaf import SALT_SIZE

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of one moment; seed gives each a salt of its own."""

    now: Instant
    seed: bytes = field(repr=False)

    @classmethod
    def of(cls, core: Core) -> "Entries":
        """Those of now."""
        return cls(core.clock.now(), core.random.bytes(SEED_BYTES))

    def __call__(self, kind: Kind, session: TunnelSession, reason: str) -> Entry:
        """What became of a session."""
        salt = hmac.digest(self.seed, f"{kind}\0{session.id}".encode(), "sha256")[:SALT_SIZE]
        refused = kind is Kind.TUNNEL_REFUSED
        return Entry(
            kind=kind,
            result=Result.REFUSED if refused else Result.DONE,
            at=self.now,
            site=Tier.VAULT.value,
            actor="",
            office=session.office,
            thing=session.id,
            reason=f"seat {session.seat} by {session.engine}: {reason}",
            request="",
            salt=salt,
            personal={"source": session.source} if session.source else {},
        )

    def of_end(self, session: TunnelSession, why: str) -> Entry:
        """That a session ends; one that was never let through was refused."""
        was_open = session.ends_at > 0
        return self(Kind.TUNNEL_ENDED if was_open else Kind.TUNNEL_REFUSED, session, why)
