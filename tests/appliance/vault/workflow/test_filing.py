# SPDX-License-Identifier: Apache-2.0
"""The machine of a filing: whatever is done in whatever order, what must be true stays true (1.U)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from appliance.model.things import Filing, Part
from appliance.model.words import PRESETS, SEEN_BY_FUND, FilingState, Permission, Role, ScanState
from appliance.vault.workflow.filing import EDGES, Command, Facts, is_possible, leads_from, step
from appliance.vault.workflow.machine import NotPossible

NOW = 1_780_966_800_000
SHA, OTHER = b"h" * 32, b"o" * 32
PARTS = (Part("b" * 26, 8, SHA),)
NEW = Filing(
    id="a" * 26,
    office="office",
    type="acquisition",
    filed_on="2026-06-09",
    file_name="20260609_0001_加入者資格取得届.pdf",
    size=8,
    sha256=SHA,
    parts=PARTS,
    wrapped_key=b"wrapped",
    purge_month="2033-07",
    state=FilingState.HELD,
    uploaded_at=0,
    uploaded_by="",
)
ADMIN = Facts("admin", NOW, PRESETS[Role.OFFICE_ADMIN], sha256=SHA, new=NEW)
CONSULTANT = replace(ADMIN, actor="consultant", permissions=PRESETS[Role.SHAROSHI])
FUND = Facts("clerk", NOW, of_fund=True, reason="記入もれ")
TERMINAL = {FilingState.REFUSED, FilingState.CANCELLED, FilingState.DONE}


def after(*commands: Command, facts: Facts = ADMIN) -> Filing:
    """A filing with which this was done; what the fund does is done by the fund."""
    filing: Filing | None = None
    for command in commands:
        filing = step(filing, command, FUND if command in FUNDS else facts)
    assert filing is not None
    return filing


FUNDS = {Command.RECEIVE, Command.ACCEPT, Command.RETURN, Command.COMPLETE}
UPLOADED = (Command.UPLOAD,)
APPROVED = (*UPLOADED, Command.APPROVE)
DELIVERED = (*APPROVED, Command.DELIVER)
RECEIVED = (*DELIVERED, Command.RECEIVE)
ACCEPTED = (*RECEIVED, Command.ACCEPT)
RETURNED = (*RECEIVED, Command.RETURN)


def test_the_long_way() -> None:
    facts = replace(ADMIN, purge_month="2033-08", wrapped_key=b"anew")
    done = step(after(*ACCEPTED, facts=facts), Command.COMPLETE, replace(FUND, decision="notice"))
    assert (done.state, done.decision) == (FilingState.DONE, "notice")
    assert (done.uploaded_by, done.approved_by, done.delivered_by) == ("admin",) * 3
    assert (done.received_by, done.settled_by) == ("clerk", "clerk")
    assert (done.purge_month, done.wrapped_key, done.parts) == ("2033-08", b"anew", PARTS)
    assert done.approved_sha256 == done.sha256 == SHA
    assert {done.uploaded_at, done.approved_at, done.delivered_at, done.received_at, done.settled_at} == {NOW}


def test_a_delivery_that_brings_no_key_keeps_the_old_one() -> None:
    assert (after(*DELIVERED).wrapped_key, after(*DELIVERED).purge_month) == (b"wrapped", "2033-07")


@pytest.mark.parametrize("way", [UPLOADED, APPROVED], ids=["uploaded", "approved"])
def test_it_is_taken_back_until_its_delivery(way: tuple[Command, ...]) -> None:
    gone = step(after(*way), Command.CANCEL, ADMIN)
    assert (gone.state, gone.parts, gone.wrapped_key) == (FilingState.CANCELLED, (), b"")
    assert (gone.settled_by, gone.sha256, gone.file_name) == ("admin", SHA, NEW.file_name)


@pytest.mark.parametrize("way", [DELIVERED, RECEIVED, ACCEPTED, RETURNED])
def test_it_is_not_taken_back_afterwards(way: tuple[Command, ...]) -> None:
    assert not is_possible(after(*way), Command.CANCEL, ADMIN)
    assert not leads_from(after(*way).state, Command.CANCEL)


@pytest.mark.parametrize(
    ("actor", "permissions", "of_fund", "may"),
    [
        ("admin", frozenset(), False, True),
        ("other", {Permission.CANCEL}, False, True),
        ("other", set(Permission) - {Permission.CANCEL}, False, False),
        ("admin", frozenset(), True, False),
    ],
)
def test_whose_filing_may_be_taken_back(actor: str, permissions: set[Permission], of_fund: bool, may: bool) -> None:
    facts = replace(ADMIN, actor=actor, permissions=frozenset(permissions), of_fund=of_fund)
    assert is_possible(after(*UPLOADED), Command.CANCEL, facts) is may


def test_nobody_approves_what_they_did_not_see() -> None:
    assert not is_possible(after(*UPLOADED), Command.APPROVE, replace(ADMIN, sha256=OTHER))
    assert not is_possible(after(*UPLOADED), Command.APPROVE, replace(ADMIN, sha256=b""))


def test_nobody_delivers_what_was_not_approved() -> None:
    filing = after(*APPROVED)
    assert not is_possible(filing, Command.DELIVER, replace(ADMIN, sha256=OTHER))
    assert not is_possible(replace(filing, approved_sha256=OTHER), Command.DELIVER, ADMIN)
    assert not is_possible(replace(filing, sha256=OTHER), Command.DELIVER, replace(ADMIN, sha256=OTHER))
    assert not is_possible(filing, Command.DELIVER, replace(ADMIN, permissions=PRESETS[Role.SHAROSHI]))


def test_four_eyes_are_two_people() -> None:
    strict = replace(ADMIN, four_eyes=True)
    assert not is_possible(after(*UPLOADED), Command.APPROVE, strict)
    assert is_possible(after(*UPLOADED), Command.APPROVE, replace(strict, actor="staff"))


def test_what_the_scanner_has_not_seen_is_held() -> None:
    waits = replace(ADMIN, new=replace(NEW, scan=ScanState.WAITING))
    with pytest.raises(NotPossible):
        step(None, Command.UPLOAD, waits)
    held = step(None, Command.HOLD, waits)
    assert (held.state, held.uploaded_by) == (FilingState.HELD, "admin")
    assert not is_possible(held, Command.APPROVE, ADMIN)
    free = step(held, Command.RELEASE, Facts("", NOW, scan=ScanState.CLEAN, engine="clamav"))
    assert (free.state, free.scan, free.engine) == (FilingState.UPLOADED, ScanState.CLEAN, "clamav")


@pytest.mark.parametrize("scan", [ScanState.INFECTED, ScanState.NOT_SCANNABLE])
def test_what_a_scanner_does_not_like_is_destroyed(scan: ScanState) -> None:
    for command in (Command.UPLOAD, Command.HOLD):
        with pytest.raises(NotPossible):
            step(None, command, replace(ADMIN, new=replace(NEW, scan=scan)))
    held = step(None, Command.HOLD, replace(ADMIN, new=replace(NEW, scan=ScanState.WAITING)))
    found = Facts("", NOW, scan=scan, reason="Eicar")
    assert not is_possible(held, Command.RELEASE, found)
    gone = step(held, Command.REFUSE, found)
    assert (gone.state, gone.parts, gone.wrapped_key) == (FilingState.REFUSED, (), b"")
    assert (gone.scan, gone.reason) == (scan, "Eicar")


@pytest.mark.parametrize("scan", [ScanState.WAITING, ScanState.CLEAN])
def test_nothing_is_refused_for_nothing(scan: ScanState) -> None:
    held = step(None, Command.HOLD, replace(ADMIN, new=replace(NEW, scan=ScanState.WAITING)))
    assert not is_possible(held, Command.REFUSE, Facts("", NOW, scan=scan))
    assert is_possible(held, Command.RELEASE, Facts("", NOW, scan=scan)) is (scan is ScanState.CLEAN)


@pytest.mark.parametrize("facts", [ADMIN, CONSULTANT, FUND], ids=lambda facts: facts.actor)
def test_nobody_says_in_the_scanners_place_that_it_is_clean(facts: Facts) -> None:
    held = step(None, Command.HOLD, replace(ADMIN, new=replace(NEW, scan=ScanState.WAITING)))
    for command, scan in ((Command.RELEASE, ScanState.CLEAN), (Command.REFUSE, ScanState.INFECTED)):
        assert not is_possible(held, command, replace(facts, scan=scan))


def test_who_may_not_upload_uploads_nothing() -> None:
    less = replace(ADMIN, permissions=ADMIN.permissions - {Permission.UPLOAD})
    for scan, command in ((ScanState.CLEAN, Command.UPLOAD), (ScanState.WAITING, Command.HOLD)):
        with pytest.raises(NotPossible):
            step(None, command, replace(less, new=replace(NEW, scan=scan)))


def test_a_return_says_why() -> None:
    for way in (RECEIVED, ACCEPTED):
        assert not is_possible(after(*way), Command.RETURN, replace(FUND, reason=""))
        assert after(*way, Command.RETURN).reason == "記入もれ"


@pytest.mark.parametrize("command", sorted(FUNDS))
def test_the_office_does_nothing_of_the_funds(command: Command) -> None:
    office = replace(ADMIN, reason="x")
    for way in (DELIVERED, RECEIVED, ACCEPTED):
        assert not is_possible(after(*way), command, office)


def test_what_was_returned_is_followed_once() -> None:
    returned = after(*RETURNED)
    follows = replace(ADMIN, followed_by="second")
    once = step(returned, Command.FOLLOW, follows)
    assert (once.state, once.followed_by) == (FilingState.RETURNED, "second")
    assert not is_possible(once, Command.FOLLOW, replace(follows, followed_by="third"))
    assert not is_possible(returned, Command.FOLLOW, ADMIN)


@pytest.mark.parametrize("state", list(FilingState))
def test_what_took_its_place_and_was_given_up_gives_the_place_back(state: FilingState) -> None:
    once = step(after(*RETURNED), Command.FOLLOW, replace(ADMIN, followed_by="second"))
    again = replace(ADMIN, followed_by="third", follower=replace(NEW, state=state))
    assert is_possible(once, Command.FOLLOW, again) is (state in (FilingState.CANCELLED, FilingState.REFUSED))


def test_every_state_and_every_command_has_an_edge() -> None:
    assert {edge.end for edge in EDGES} == set(FilingState)
    assert {edge.command for edge in EDGES} == set(Command)


def test_nothing_leaves_an_end() -> None:
    assert not {edge for edge in EDGES if edge.start in TERMINAL}


PEOPLE = [
    ADMIN,
    replace(ADMIN, actor="staff", permissions=PRESETS[Role.OFFICE_STAFF]),
    CONSULTANT,
    FUND,
    Facts("", NOW),
]
WALK = some.lists(
    some.tuples(
        some.sampled_from(Command),
        some.sampled_from(PEOPLE),
        some.sampled_from([SHA, OTHER, b""]),
        some.sampled_from(ScanState),
        some.booleans(),
    ),
    max_size=25,
)


@given(WALK)
@settings(max_examples=500)
def test_whatever_happens_what_must_be_true_stays_true(
    steps: list[tuple[Command, Facts, bytes, ScanState, bool]],
) -> None:
    filing: Filing | None = None
    doers: dict[FilingState, str] = {}
    for command, who, sha256, scan, four_eyes in steps:
        facts = replace(who, sha256=sha256, scan=scan, four_eyes=four_eyes, new=replace(NEW, scan=scan))
        try:
            new = step(filing, command, facts)
        except NotPossible:
            continue
        if filing is None or filing.state is not new.state:
            doers[new.state] = who.actor
        check(new, filing, doers, facts)
        filing = new


def check(new: Filing, old: Filing | None, doers: dict[FilingState, str], facts: Facts) -> None:
    """The invariants of 1.U, after a step that was possible."""
    assert old is None or old.state not in TERMINAL
    assert doers.get(FilingState.APPROVED) != "consultant" and doers.get(FilingState.DELIVERED) != "consultant"
    if new.state in SEEN_BY_FUND:
        assert new.sha256 == new.approved_sha256 == SHA and new.approved_by and new.delivered_by
        assert new.scan in (ScanState.CLEAN, ScanState.UNSCANNED)
    if facts.of_fund:
        assert old is not None and old.state in SEEN_BY_FUND
    if facts.four_eyes and new.state is FilingState.APPROVED and old and old.state is FilingState.UPLOADED:
        assert new.approved_by != new.uploaded_by
    destroyed = new.state in (FilingState.CANCELLED, FilingState.REFUSED)
    assert (new.parts, new.wrapped_key) == (((), b"") if destroyed else (PARTS, b"wrapped"))
    assert (new.id, new.office, new.sha256, new.file_name) == (NEW.id, NEW.office, SHA, NEW.file_name)
