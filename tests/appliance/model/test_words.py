# SPDX-License-Identifier: Apache-2.0
"""The closed vocabularies: permissions, presets, roles and sites."""

from enum import StrEnum

import pytest

from appliance.model import words
from appliance.model.words import ALL_PERMISSIONS, PRESETS, Permission, Role, Site


def test_there_are_seven_permissions() -> None:
    assert [str(permission) for permission in Permission] == [  # R120
        "upload",
        "cancel",
        "approve",
        "deliver",
        "request_receive",
        "download",
        "mail_notice",
    ]


@pytest.mark.parametrize("role", [Role.OFFICE_ADMIN, Role.OFFICE_STAFF])
def test_the_people_of_an_office_have_every_permission(role: Role) -> None:
    assert PRESETS[role] == ALL_PERMISSIONS == frozenset(Permission)  # R121


def test_a_consultant_prepares_but_neither_approves_nor_delivers() -> None:
    assert frozenset(Permission) - PRESETS[Role.SHAROSHI] == {Permission.APPROVE, Permission.DELIVER}  # R122, R123


def test_only_roles_of_an_office_have_presets() -> None:
    assert set(PRESETS) == {role for role in Role if not role.of_fund}


@pytest.mark.parametrize("role", Role)
def test_a_role_belongs_to_the_fund_or_to_an_office(role: Role) -> None:
    assert role.of_fund == role.name.startswith("FUND_")


def test_the_fund_has_five_roles() -> None:
    assert len([role for role in Role if role.of_fund]) == 5  # A46


def test_the_administrator_is_no_web_site() -> None:
    assert set(words.WEB_SITES) == set(Site) - {Site.ADMIN}


@pytest.mark.parametrize(
    "vocabulary",
    [
        words.Tier,
        Site,
        Permission,
        Role,
        words.NoticeState,
        words.AccountState,
        words.LockState,
        words.Step,
    ],
)
def test_words_are_small_ascii_so_that_they_can_stand_in_keys_and_metrics(vocabulary: type[StrEnum]) -> None:
    for word in vocabulary:
        assert word.value == word.name.lower()
        assert word.isascii()
