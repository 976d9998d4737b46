# SPDX-License-Identifier: Apache-2.0
"""What an office has been given, for the fund and for its admin, never with a secret (SC11)."""

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import SeatState
from appliance.model.journal import Kind
from appliance.model.time import DAY
from appliance.model.words import Role
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.issuing.test_printing import printed
from tests.appliance.vault.people.folk import first_user, registered_self
from tests.appliance.vault.world import Person, World


async def test_the_letter_is_followed_from_the_printer_to_paper(world: World, hara: Person) -> None:
    office, letter = await new_office(world)

    async def known() -> m.LetterKnown:
        return (await hara.ask(m.ReadIssued(office.id))).letter  # type: ignore[no-any-return]

    assert (await known()).ends_at == letter.made_at + 7 * DAY and (await known()).prints == 0
    await printed(world, hara)
    assert (await known()).prints == 1
    await hara.ask(m.ConfirmLetters((letter.id,)))
    done = await known()
    assert (done.ends_at, done.confirmed_at) == (0, world.clock.now())


async def test_it_tells_no_secret(world: World, hara: Person) -> None:
    office, letter = await new_office(world)
    card = await hara.ask(m.ReadIssued(office.id))
    assert letter.download_key not in repr(card) and letter.first_password not in repr(card)
    assert (card.login, card.admin, card.users, card.key_made_at) == ("Sakura01", "佐倉 花子", 1, letter.made_at)
    assert [(seat.number, seat.state) for seat in card.seats] == [(1, SeatState.READY), (2, SeatState.READY)]


async def test_the_admin_sees_the_own_office_and_no_reasons(world: World, admin: Person, hara: Person) -> None:
    world.clock.move(1)
    await hara.ask(m.ChangeSeats(admin.office, 4, "内部の事情"))
    own = await admin.ask(m.ReadOwnIssued())
    assert (own.office.number, own.office.seats, own.changes) == (1, 4, ())
    assert (await hara.ask(m.ReadIssued(admin.office))).changes[0].reason == "内部の事情"
    kinds = [entry.office for entry in await world.journal(Kind.ISSUED_READ)]
    assert kinds == [admin.office, admin.office]


async def test_others_of_the_office_do_not(admin: Person) -> None:
    user = await registered_self(await (await first_user(admin)).sign_in())
    assert (await user.refused(Why.NOT_ALLOWED, m.ReadOwnIssued())).text == "user.admin_only"


async def test_an_office_of_before_has_no_letter(world: World, hara: Person) -> None:
    office = await world.office(7)
    await world.user(office, role=Role.OFFICE_ADMIN)
    card = await hara.ask(m.ReadIssued(office))
    assert (card.letter, card.key_made_at, card.seats, card.changes) == (m.LetterKnown(), 0, (), ())
    await hara.refused(Why.NOT_FOUND, m.ReadIssued("x" * 26))
