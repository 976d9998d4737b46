# SPDX-License-Identifier: Apache-2.0
"""What follows from a caller: its journal entries, its form token, what a page shows of it."""

import pytest

from appliance.link.envelope import Asserted, Call
from appliance.link.messages import BY_SHAPE, OpenMenu
from appliance.model.ids import is_id
from appliance.model.journal import Kind, Result
from appliance.model.things import Account, Office, Visit
from appliance.model.words import ALL_PERMISSIONS, Role, Site
from appliance.vault.caller import Caller, form_token, visitor_of
from appliance.vault.journal.leaf import SALT_SIZE

NOW = 1_780_966_800_000
PEPPER = b"p" * 32
CALL = Call(Site.PORTAL, BY_SHAPE[OpenMenu], OpenMenu(), "request-1", "token", "form", Asserted("192.0.2.1"))
OFFICE = Office("o" * 26, 1, "123456-0000001", "事業所", NOW)
ACCOUNT = Account("a" * 26, OFFICE.id, "Yamada01", "山田", "a@example.jp", Role.OFFICE_ADMIN, ALL_PERMISSIONS, NOW)
VISIT = Visit(b"t" * 32, ACCOUNT.id, OFFICE.id, Site.PORTAL, NOW, NOW + 1)
STRANGER = Caller(CALL, NOW, b"s" * 32)
VISITOR = Caller(CALL, NOW, b"s" * 32, ACCOUNT.id, form_token(PEPPER, "token"), VISIT, ACCOUNT, OFFICE)


def test_an_entry_says_who_where_when_and_from_which_address() -> None:
    entry = VISITOR.entry(personal={"file_name": "a.pdf"}, thing="t" * 26, sha256=b"\x01\x02")
    assert (entry.kind, entry.result, entry.at, entry.site) == (Kind.MENU_READ, Result.DONE, NOW, "portal")
    assert (entry.actor, entry.office, entry.thing, entry.request) == (
        ACCOUNT.id,
        OFFICE.id,
        "t" * 26,
        "request-1",
    )
    assert entry.sha256 == "0102"
    assert entry.personal == {"source": "192.0.2.1", "file_name": "a.pdf"}


def test_an_entry_may_be_of_another_kind_and_office() -> None:
    entry = VISITOR.entry(Kind.ACCOUNT_LOCKED, result=Result.REFUSED, office="", reason="why")
    assert (entry.kind, entry.result, entry.office, entry.reason) == (
        Kind.ACCOUNT_LOCKED,
        Result.REFUSED,
        "",
        "why",
    )


def test_before_sign_in_there_is_nobody() -> None:
    entry = STRANGER.entry()
    assert (entry.actor, entry.office, STRANGER.own_office) == ("", "", "")
    assert visitor_of(STRANGER) is None
    with pytest.raises(AssertionError):
        _ = STRANGER.person
    with pytest.raises(AssertionError):
        _ = STRANGER.visiting


def test_each_entry_of_a_call_has_a_salt_of_its_own() -> None:
    first, other = VISITOR.entry(), VISITOR.entry(Kind.ACCOUNT_LOCKED)
    third = VISITOR.entry(thing="x")
    assert len({first.salt, other.salt, third.salt}) == 3
    assert {len(entry.salt) for entry in (first, other, third)} == {SALT_SIZE}
    assert b"s" * SALT_SIZE not in {first.salt, other.salt}
    assert VISITOR.entry().salt == first.salt, "a function that runs twice writes the same"


def test_a_form_token_belongs_to_one_token_and_one_pepper() -> None:
    tokens = {form_token(pepper, token) for pepper in (PEPPER, b"q" * 32) for token in ("", "a", "b")}
    assert len(tokens) == 6
    assert all(len(token) == 64 and "a" * 9 not in token for token in tokens)


def test_the_visitor_is_what_the_page_shows() -> None:
    visitor = visitor_of(VISITOR)
    assert visitor is not None
    assert (visitor.name, visitor.office_name, visitor.role) == ("山田", "事業所", Role.OFFICE_ADMIN)
    assert (visitor.ends_at, visitor.form) == (NOW + 1, form_token(PEPPER, "token"))


def test_what_is_secret_is_not_in_a_log() -> None:
    for secret in ("ssss", "'token'", "'form'"):
        assert secret not in repr(VISITOR)


def test_what_a_call_makes_has_one_id_in_every_run_and_another_in_every_call() -> None:
    again = Caller(CALL, NOW + 1, b"s" * 32)
    assert STRANGER.id_for("kit", "o", 1) == again.id_for("kit", "o", 1) and is_id(STRANGER.id_for("kit", "o", 1))
    other = Caller(CALL, NOW, b"t" * 32)
    ids = [
        one.id_for(*about)
        for one in (STRANGER, other)
        for about in (("kit", "o", 1), ("kit", "o", 2), ("bond", "o"))
    ]
    assert len(set(ids)) == len(ids)
