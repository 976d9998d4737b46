# SPDX-License-Identifier: Apache-2.0
"""Another ZIP password, where the fund allows it: what is kept does not change, what goes out does (A33)."""

import io
from dataclasses import replace

import pytest
import pyzipper

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import TYPED, Kind
from appliance.model.words import Role
from appliance.vault.letters import LetterKind
from appliance.vault.people.zip_rotation import OPEN_FOR
from appliance.vault.records.tables import zip_passwords
from tests.appliance.vault.people.folk import OWN, ZIP, a_minute_later, first_user, registered_self, staff_of
from tests.appliance.vault.world import CONTENT, Person, World

FRESH = "neu-Password2"


@pytest.fixture
async def hara(world: World) -> Person:
    """One of the fund's clerks; the fund lets offices choose anew."""
    settings = world.core.settings
    allowed = replace(settings, exchange=replace(settings.exchange, zip_password_rotation=True))
    world.settings = world.core.settings = allowed
    return await staff_of(world, "hara", Role.FUND_CLERK)


async def opened(admin: Person, hara: Person) -> str:
    """The fund opens the way; a code that the admin gets."""
    await hara.ask(m.AllowZipChange(admin.office, "前任者から引き継がれていない"))
    await admin.ask(m.AskZipPassword())
    *_, letter = await admin.world.letters(admin.account, LetterKind.OWN_CODE)
    return letter.fields["code"]


def change(code: str, fresh: str = FRESH, password: str = OWN) -> m.ChangeZipPassword:
    """What the admin sends."""
    return m.ChangeZipPassword(fresh, password, code)


async def kept(admin: Person) -> str:
    """The password in force."""
    row = await admin.world.core.read(lambda snapshot: zip_passwords.get(snapshot, admin.office))
    assert row is not None
    return row.password


async def test_what_was_delivered_before_goes_out_with_the_new_one(
    world: World, admin: Person, hara: Person
) -> None:
    notice = await hara.deliver(admin.office)
    code = await opened(admin, hara)
    await admin.ask(change(code))
    assert await kept(admin) == FRESH
    _, packed = await admin.fetch(m.DownloadNotice(notice, packed=True))
    with pyzipper.AESZipFile(io.BytesIO(packed)) as made:
        [name] = made.namelist()
        with pytest.raises(RuntimeError):
            made.read(name, pwd=ZIP.encode())
        assert made.read(name, pwd=FRESH.encode()) == CONTENT


async def test_it_is_told_and_journaled_and_good_once(world: World, admin: Person, hara: Person) -> None:
    code = await opened(admin, hara)
    assert (await admin.ask(m.ReadOwnIssued())).zip_change_until == world.clock.now() + OPEN_FOR
    await admin.ask(change(code))
    assert len(await world.letters(admin.account, LetterKind.ZIP_PASSWORD_CHANGED)) == 1
    [allowed] = await world.journal(Kind.ZIP_PASSWORD_OPENED)
    assert (allowed.actor, allowed.office) == (hara.account, admin.office)
    assert allowed.personal[TYPED] == "前任者から引き継がれていない"
    [entry] = await world.journal(Kind.ZIP_PASSWORD_CHANGED)
    assert FRESH not in repr(entry)
    a_minute_later(world)
    assert (await admin.refused(Why.CONFLICT, change(code, "noch-Password3"))).text == "zip_password.fixed"


async def test_the_way_closes_after_seven_days(world: World, admin: Person, hara: Person) -> None:
    await opened(admin, hara)
    row = await world.core.read(lambda snapshot: zip_passwords.get(snapshot, admin.office))
    assert row is not None
    over = replace(row, change_until=world.clock.now())
    await world.core.commit(lambda txn: zip_passwords.put(txn, over))
    assert (await admin.refused(Why.CONFLICT, change("1"))).text == "zip_password.fixed"
    assert (await admin.ask(m.ReadOwnIssued())).zip_change_until == 0


async def test_by_default_nobody_can(world: World, admin: Person) -> None:
    clerk = await staff_of(world, "mori", Role.FUND_CLERK)
    refused = await clerk.refused(Why.CONFLICT, m.AllowZipChange(admin.office, "理由"))
    assert refused.text == "zip_password.fixed"
    assert (await admin.refused(Why.CONFLICT, change("1"))).text == "zip_password.fixed"
    assert not (await admin.ask(m.ReadOwnIssued())).may_rotate


async def test_wrong_proofs_change_nothing(admin: Person, hara: Person) -> None:
    code = await opened(admin, hara)
    await admin.refused(Why.WRONG_SECRET, change(code, password="Wrong-2026x"))
    await admin.refused(Why.WRONG_SECRET, change("00000000"))
    assert await kept(admin) == ZIP


@pytest.mark.parametrize(
    ("fresh", "text"),
    [
        ("short1", "zip_password.length"),
        ("ｚｅｎｋａｋｕ１２", "zip_password.signs"),
        (ZIP, "zip_password.is_present"),
    ],
)
async def test_what_cannot_be_is_refused(admin: Person, hara: Person, fresh: str, text: str) -> None:
    code = await opened(admin, hara)
    assert (await admin.refused(Why.INVALID, change(code, fresh))).text == text
    assert await kept(admin) == ZIP


async def test_an_office_without_one_has_none_to_change(world: World, hara: Person) -> None:
    office = await world.office(9)
    refused = await hara.refused(Why.CONFLICT, m.AllowZipChange(office, "理由"))
    assert refused.text == "zip_password.none"
    await hara.refused(Why.NOT_FOUND, m.AllowZipChange("x" * 26, "理由"))


async def test_only_the_admin_chooses(admin: Person, hara: Person) -> None:
    code = await opened(admin, hara)
    a_minute_later(admin.world)
    user = await registered_self(await (await first_user(admin)).sign_in())
    assert (await user.refused(Why.NOT_ALLOWED, change(code))).text == "user.admin_only"
