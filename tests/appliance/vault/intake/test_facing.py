# SPDX-License-Identifier: Apache-2.0
"""A form beside the office that has its number: new, the same, or other."""

import pytest

from appliance.link.messages import OfficeStanding
from tests.appliance.vault.intake.forms import confirm, read, took
from tests.appliance.vault.world import Person


@pytest.mark.parametrize(
    ("field", "filed"),
    [
        ("office_name", "連携物産"),
        ("seats", 3),
        ("seats", 4),
        ("user_id", "kikint001"),
        ("name_kanji", "髙橋 太郎"),
        ("name_kana", "キキン ジロウ"),
        ("mail", "jiro@office.example.jp"),
    ],
)
async def test_each_field_that_differs_is_named(clerk: Person, field: str, filed: object) -> None:
    await confirm(clerk, await took(clerk))
    found = await read(clerk, await took(clerk, **{field: filed}))
    assert found.row.standing is OfficeStanding.OTHER
    assert [one.name for one in found.differences] == [field]


async def test_what_only_looks_different_is_the_same(clerk: Person) -> None:
    await confirm(clerk, await took(clerk))
    found = await read(clerk, await took(clerk, name_kana="ききん たろう", seats="２", entered_on="2024/6/1"))
    assert found.row.standing is OfficeStanding.SAME


async def test_what_cannot_be_read_is_not_compared(clerk: Person) -> None:
    await confirm(clerk, await took(clerk))
    found = await read(clerk, await took(clerk, mail="taro"))
    assert (found.row.standing, found.differences) == (OfficeStanding.SAME, ())


async def test_without_a_number_nothing_is_known(clerk: Person) -> None:
    found = await read(clerk, await took(clerk, office_number="abc"))
    assert (found.row.standing, found.row.office_number) == (OfficeStanding.NEW, 0)
