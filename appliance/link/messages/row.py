# SPDX-License-Identifier: Apache-2.0
"""What a row of the table of messages says."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.model.journal import Kind
from appliance.model.words import Permission, Site, Tier

VERSION = 1
PART_SIZE = 8 * 1024 * 1024


class Carries(StrEnum):
    """Whether a stream of bytes goes with the message, or comes with its reply."""

    NOTHING = "nothing"
    BYTES_UP = "bytes up"
    BYTES_DOWN = "bytes down"


@dataclass(frozen=True, slots=True)
class Nothing:
    """The reply that says only: it is done."""


@dataclass(frozen=True, slots=True)
class Message:
    """One row.

    visit: a visit token is needed, or that of a ticket at the public counter. action: the policies are asked about
    this name; "" where signing in or being the administrator is the whole question, and where the ticket is: it has
    no account whose rights could be judged. changes: it needs the form token when it comes from a web site.
    unready: it is also done for an account that waits for its registration. two_person: it is done once another
    person with the same right agrees (A46).
    journal: the kind of entry that it leaves when done. needs: the permission of an office user (requirements 1.X).
    """

    shape: type
    reply: type
    sites: frozenset[Site]
    journal: Kind
    visit: bool = True
    action: str = ""
    needs: Permission | None = None
    changes: bool = False
    carries: Carries = Carries.NOTHING
    unready: bool = False
    two_person: bool = False

    @property
    def name(self) -> str:
        """Its name on the wire."""
        return self.shape.__name__


@dataclass(frozen=True, slots=True)
class GateMessage:
    """One row of the gate's own table. The vault dials the gate (design §2); nobody else may."""

    shape: type
    reply: type
    sites: frozenset[Tier] = frozenset({Tier.VAULT})
    carries: Carries = Carries.NOTHING

    @property
    def name(self) -> str:
        """Its name on the wire."""
        return self.shape.__name__
