# SPDX-License-Identifier: Apache-2.0
"""「管理者の引き継ぎ」 through the real vault: step by step, with where it stands."""

import pytest

from appliance.vault.letters import LetterKind
from tests.appliance.vault.people.folk import OWN, user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.portal_with_vault import code_in
from tests.appliance.web.whole import Reader, Seen

PLACE = "/hand-over"
SUCCESSOR = {
    "name": "梅田 四郎",
    "kana": "ウメダ シロウ",
    "mail": "umeda@example.jp",
    "present_password": OWN,
}


async def named(reader: Reader, admin: Person, **more: str) -> Seen:
    """The page after the first step."""
    page = await reader.be(admin.token).see(PLACE)
    return await reader.follow(await reader.fill(page, PLACE, **{**SUCCESSOR, **more}))


async def proven(reader: Reader, world: World, admin: Person, page: Seen) -> Seen:
    """The page after the second."""
    code = await code_in(world, admin, LetterKind.HAND_OVER_CODE)
    return await reader.follow(await reader.fill(page, "/hand-over/code", code=code))


def now_at(page: Seen) -> str:
    """The step that is marked."""
    [step] = [line for line in page.html.splitlines() if 'aria-current="step"' in line]
    return step.split(">")[1].split(" <")[0]


async def test_from_the_name_to_the_first_password(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see(PLACE)
    assert now_at(page) == "後任の方を入力する"
    page = await named(reader, admin)
    assert now_at(page) == "後任の方に届いた確認番号を入力する" and "確認待ち" in page.text
    page = await proven(reader, world, admin, page)
    assert now_at(page) == "引き継ぐ" and "確認済み" in page.text
    done = await reader.fill(page, "/hand-over/now", present_password=OWN)
    assert done.status == 200 and "引き継ぎが済みました" in done.text and len(done.page.secret) == 12
    assert (await reader.see("/own")).status in (303, 401)
    assert (await world.account(admin)).name == "梅田 四郎"


async def test_with_a_day_it_waits_for_that_day(reader: Reader, world: World, admin: Person) -> None:
    page = await proven(reader, world, admin, await named(reader, admin, on_day="2026-06-20"))
    assert "2026年6月20日(土) になると自動的に引き継がれ" in page.text
    assert "/hand-over/now" not in page.page.actions and "/hand-over/drop" in page.page.actions


async def test_it_can_be_given_up(reader: Reader, admin: Person) -> None:
    page = await named(reader, admin)
    page = await reader.follow(await reader.fill(page, "/hand-over/drop"))
    assert "引き継ぎを取りやめました。" in page.text and now_at(page) == "後任の方を入力する"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("kana", "ウメダ"), ("mail", "umeda"), ("on_day", "2020-01-01"), ("present_password", "Wrong-2026x")],
)
async def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    reader: Reader, admin: Person, field: str, typed: str
) -> None:
    page = await reader.be(admin.token).see(PLACE)
    said = await reader.fill(page, PLACE, **{**SUCCESSOR, field: typed})
    assert said.status == 422 and f'id="{field}-fault"' in said.html and "梅田 四郎" in said.html
    assert OWN not in said.html


async def test_a_wrong_code_is_said(reader: Reader, admin: Person) -> None:
    said = await reader.fill(await named(reader, admin), "/hand-over/code", code="00000000")
    assert said.status == 422 and 'id="code-fault"' in said.html and "梅田 四郎" in said.text


async def test_it_is_for_the_admin(reader: Reader, admin: Person) -> None:
    user = await user_of(admin)
    assert (await reader.be(user.token).see(PLACE)).status == 403
