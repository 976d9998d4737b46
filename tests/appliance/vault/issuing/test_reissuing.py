# SPDX-License-Identifier: Apache-2.0
"""Another letter: what is renewed is dead at once, what is not stays (R51, R234)."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import TYPED, Kind
from appliance.model.things import Office
from appliance.model.words import AccountState, Role
from appliance.vault.issuing.download_keys import verifier_of
from appliance.vault.issuing.sealed import letters_of
from appliance.vault.letters import LetterKind
from appliance.vault.records.device_tables import download_keys
from appliance.vault.records.issuing_tables import SealedLetter, letter_states
from appliance.vault.records.tables import secrets
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.issuing.test_printing import printed
from tests.appliance.vault.people.folk import a_minute_later, first_user, registered_self, staff_of
from tests.appliance.vault.world import PEPPER, Person, World


async def letter_of(world: World, office: str) -> SealedLetter:
    """The letter that waits."""
    [letter] = await world.core.read(lambda snapshot: letters_of(snapshot, office))
    return letter


async def verifiers(world: World, office: str, account: str) -> tuple[str, str]:
    """What is kept of the download key, and of the password."""
    key = await world.core.read(lambda snapshot: download_keys.get(snapshot, office))
    secret = await world.core.read(lambda snapshot: secrets.get(snapshot, account))
    assert key is not None and secret is not None
    return key.verifier, secret.verifier


async def confirmed(world: World, hara: Person) -> tuple[Office, SealedLetter]:
    """A new office whose letter lies on paper."""
    office, letter = await new_office(world)
    await printed(world, hara)
    await hara.ask(m.ConfirmLetters((letter.id,)))
    return office, letter


async def test_a_fresh_key_leaves_the_password_alone(world: World, hara: Person) -> None:
    office, old = await confirmed(world, hara)
    await hara.ask(m.ReissueLetter(office.id, True, False, "紛失"))
    fresh = await letter_of(world, office.id)
    assert fresh.reissue and fresh.download_key not in ("", old.download_key) and fresh.first_password == ""
    key, password = await verifiers(world, office.id, old.account)
    assert key == verifier_of(PEPPER, fresh.download_key) != verifier_of(PEPPER, old.download_key)
    assert password == world.core.passwords.first(old.first_password)
    assert fresh.entered_on == old.entered_on


async def test_a_fresh_password_leaves_the_key_alone(world: World, hara: Person) -> None:
    office, old = await confirmed(world, hara)
    await hara.ask(m.ReissueLetter(office.id, False, True, "紛失"))
    fresh = await letter_of(world, office.id)
    key, password = await verifiers(world, office.id, old.account)
    assert fresh.download_key == "" and key == verifier_of(PEPPER, old.download_key)
    assert password == world.core.passwords.first(fresh.first_password)


async def test_what_still_waits_goes_into_the_new_letter(world: World, hara: Person) -> None:
    office, old = await new_office(world)
    await hara.ask(m.ReissueLetter(office.id, True, False, "印刷の失敗"))
    fresh = await letter_of(world, office.id)
    assert fresh.first_password == old.first_password and fresh.download_key != old.download_key


async def test_a_first_password_that_is_another_by_now_does_not(world: World, admin: Person, hara: Person) -> None:
    office, letter = await new_office(world, number=2)
    world.clock.move(1)
    desk = await staff_of(world, "desk", Role.FUND_DESK)
    await desk.ask(m.Initialise(letter.account, "電話での依頼"))
    await hara.ask(m.ReissueLetter(office.id, True, False, "紛失"))
    assert (await letter_of(world, office.id)).first_password == ""


async def test_a_first_password_that_is_used_up_does_not(world: World, admin: Person, hara: Person) -> None:
    assert (await letter_of(world, admin.office)).first_password
    await hara.ask(m.ReissueLetter(admin.office, True, False, "紛失"))
    assert (await letter_of(world, admin.office)).first_password == ""
    await admin.ask(m.OpenMenu())


async def test_an_admin_who_is_in_begins_anew_with_a_fresh_password(
    world: World, admin: Person, hara: Person
) -> None:
    await hara.ask(m.ReissueLetter(admin.office, True, True, "お知らせの紛失"))
    await admin.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    assert (await world.account(admin)).state is AccountState.FIRST
    a_minute_later(world)
    admin.password = (await letter_of(world, admin.office)).first_password
    await registered_self(await admin.sign_in())
    await admin.ask(m.ListUsers())


async def test_the_admin_is_told_and_the_journal_says_why(world: World, admin: Person, hara: Person) -> None:
    done = await hara.ask(m.ReissueLetter(admin.office, True, False, "郵便事故", command="r" * 16))
    assert await hara.ask(m.ReissueLetter(admin.office, True, False, "郵便事故", command="r" * 16)) == done
    assert len(await world.letters(admin.account, LetterKind.LETTER_REISSUED)) == 1
    [entry] = await world.journal(Kind.LETTER_REISSUED)
    assert (entry.office, entry.thing, entry.reason) == (admin.office, done.letter, "download_key")
    assert entry.personal[TYPED] == "郵便事故"
    fresh = await letter_of(world, admin.office)
    assert fresh.download_key not in repr((entry, await world.letters(admin.account, LetterKind.LETTER_REISSUED)))


@pytest.mark.parametrize(
    ("key", "password", "reason", "text"),
    [
        (False, False, "紛失", "renewed.none"),
        (True, False, " ", "reason.length"),
        (True, True, "x" * 301, "reason.length"),
    ],
)
async def test_what_cannot_be_is_refused(
    world: World, hara: Person, key: bool, password: bool, reason: str, text: str
) -> None:
    office, letter = await new_office(world)
    assert (await hara.refused(Why.INVALID, m.ReissueLetter(office.id, key, password, reason))).text == text
    assert await letter_of(world, office.id) == letter


async def test_only_of_offices_that_there_are(hara: Person) -> None:
    for office in ("", "x" * 26, hara.account):
        await hara.refused(Why.NOT_FOUND, m.ReissueLetter(office, True, True, "紛失"))


async def test_an_admin_asks_once(world: World, admin: Person, hara: Person) -> None:
    await admin.ask(m.AskReissue())
    world.clock.move(1)
    await admin.ask(m.AskReissue())
    state = await world.core.read(lambda snapshot: letter_states.get(snapshot, admin.office))
    assert state is not None and (state.asked_at, state.asked_by) == (world.clock.now() - 1, admin.account)
    issued = await admin.ask(m.ReadOwnIssued())
    assert issued.letter.asked_at == state.asked_at
    await hara.ask(m.ReissueLetter(admin.office, True, False, "依頼"))
    assert (await admin.ask(m.ReadOwnIssued())).letter.asked_at == 0


async def test_nobody_but_the_admin_asks(admin: Person) -> None:
    user = await registered_self(await (await first_user(admin)).sign_in())
    assert (await user.refused(Why.NOT_ALLOWED, m.AskReissue())).text == "user.admin_only"
