# SPDX-License-Identifier: Apache-2.0
"""Who sends a message, as far as the vault knows, and what follows for its journal entries."""

import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.link.envelope import Call, Visitor
from appliance.model.ids import ID_BYTES, id_from
from appliance.model.journal import Entry, Kind, Result
from appliance.model.things import Account, Office, Visit
from appliance.model.time import Instant
from appliance.model.tunnels import TunnelSession
from appliance.model.words import Role
from appliance.vault.door.passwords import keyed_hash
from appliance.vault.journal.leaf import SALT_SIZE

ADMIN = "admin"
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Caller:
    """One call with its facts. seen is what they rest on: every commit of this call requires that it still stands.

    visit_seen is the part of it that says who the caller is. seed gives each of its journal entries a salt of its
    own. actor is the account's id, "admin" at the administrator's socket, "counter" with a ticket of the public
    site, `plugin:<name>`, or "" before sign-in.
    form is the form token that the visit has, which need not be the one that came.

    Where the visit is about an office that the visitor only serves, account is the person with office, role and
    permissions of the delegation: for reading, never to be written back. own is then the person's own office.
    lapsed: there was such a delegation, and it has ended; account and office are the person's own again.
    tunnel is the VPN session from which the message comes, None where the site needs none.
    """

    call: Call
    now: Instant
    seed: bytes = field(repr=False)
    actor: str = ""
    form: str = field(default="", repr=False)
    visit: Visit | None = None
    account: Account | None = None
    office: Office | None = None
    own: Office | None = None
    lapsed: bool = False
    tunnel: TunnelSession | None = None
    seen: Mapping[bytes, bytes | None] = field(default_factory=dict)
    visit_seen: Mapping[bytes, bytes | None] = field(default_factory=dict)

    @property
    def visiting(self) -> Visit:
        """The visit; the message's row says that there is one."""
        assert self.visit is not None
        return self.visit

    @property
    def person(self) -> Account:
        """The account of the visit."""
        assert self.account is not None
        return self.account

    @property
    def employer(self) -> Office:
        """The office (事業所) of the account or the ticket; the message's row and the role say that it is there."""
        assert self.office is not None
        return self.office

    @property
    def own_office(self) -> str:
        """The office of the account or the ticket, "" for the fund and the administrator."""
        if self.account is not None:
            return self.account.office
        return self.visit.office if self.visit else ""

    @property
    def is_serving(self) -> bool:
        """Whether this is about an office that is not the visitor's own."""
        return self.own is not None

    def entry(
        self,
        kind: Kind | None = None,
        *,
        result: Result = Result.DONE,
        office: str | None = None,
        thing: str = "",
        reason: str = "",
        sha256: bytes = b"",
        personal: Mapping[str, str] | None = None,
    ) -> Entry:
        """The journal entry of this call; of the message's own kind unless another is named."""
        return Entry(
            kind=kind or self.call.row.journal,
            result=result,
            at=self.now,
            site=self.call.site.value,
            actor=self.actor,
            office=self.own_office if office is None else office,
            thing=thing,
            reason=reason,
            request=self.call.request,
            salt=self._salt(kind or self.call.row.journal, thing),
            sha256=sha256.hex(),
            personal={"source": self.call.asserted.source, **(personal or {})},
        )

    def id_for(self, *about: object) -> str:
        """The id of something that this call makes: the same in each run of its transaction."""
        return id_from(hmac.digest(self.seed, "\0".join(("id", *map(str, about))).encode(), "sha256")[:ID_BYTES])

    def _salt(self, kind: Kind, thing: str) -> bytes:
        """Apart for each entry: the payload of one, which holds its salt, tells nothing of another's."""
        return hmac.digest(self.seed, f"{kind}\0{thing}".encode(), "sha256")[:SALT_SIZE]


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a handler returns when bytes follow its reply."""

    message: Any
    stream: AsyncIterator[bytes]
    size: int = 0


def form_token(pepper: bytes, token: str) -> str:
    """The form token of a visit: derived from its token, so that nothing is stored (design §10)."""
    return keyed_hash(pepper, "form", token).hex()


def visitor_of(caller: Caller) -> Visitor | None:
    """What the page shows of the visitor; None for calls without a visit."""
    if caller.visit is None:
        return None
    if caller.account is None:
        return _holder_of_ticket(caller)
    return Visitor(
        name=caller.account.name,
        office_name=caller.office.name if caller.office else "",
        role=caller.account.role,
        permissions=caller.account.permissions,
        ends_at=caller.visit.ends_at,
        form=caller.form,
        office_number=caller.office.number if caller.office else 0,
        own_office=caller.own.name if caller.own else "",
        serves=caller.visit.serves,
    )


def _holder_of_ticket(caller: Caller) -> Visitor:
    """Whoever has the letter: of the office, and without any right of a person."""
    office, form = caller.employer.name, caller.form
    return Visitor("", office, Role.OFFICE_STAFF, frozenset(), caller.visiting.ends_at, form)
