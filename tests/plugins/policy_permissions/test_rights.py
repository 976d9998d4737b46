# SPDX-License-Identifier: Apache-2.0
"""The rights policy, case by case: R120 to R125, A46, T20."""

from importlib.resources import files

import pytest
from renkei_policy_permissions.rights import Rights, RightsPolicy

from appliance.contracts.policy import Decision, PolicyRequest
from appliance.link.messages import MESSAGES
from appliance.model.words import PRESETS, Permission, Role, Site

ACTIONS = sorted({row.action for row in MESSAGES if row.action})
OFFICE_ROLES = sorted(PRESETS)
FUND_ROLES = [role for role in Role if role.of_fund]

ALL = {"sign_in", "menu.read", "own.read", "own.register", "own.change"}
OFFICE = ALL | {"notice.list", "notice.download", "history.read", "act"}
OFFICE |= {"office.register", "zip_password.show", "user.list", "user.change"}
SYSTEM = {"staff.list", "staff.change", "proposal.list", "proposal.decide"}
MAY = {
    Role.OFFICE_ADMIN: OFFICE,
    Role.OFFICE_STAFF: OFFICE,
    Role.SHAROSHI: OFFICE,
    Role.FUND_CLERK: ALL
    | {"office.list", "notice.list", "notice.upload", "notice.deliver", "notice.download", "history.read", "act"}
    | {"account.change_admin", "office.read"},
    Role.FUND_RELEASER: ALL | {"office.list", "notice.list", "notice.deliver"},
    Role.FUND_DESK: ALL
    | {"office.list", "notice.list", "office.read", "history.read"}
    | {"lock.list", "lock.release", "account.initialise"},
    Role.FUND_SYSTEM: ALL | SYSTEM | {"history.read", "lock.list"},
    Role.FUND_AUDITOR: ALL
    | {"office.list", "office.read", "notice.list", "history.read", "lock.list", "staff.list", "proposal.list"},
}


def policy() -> RightsPolicy:
    made = RightsPolicy()
    made.rights = Rights.parse(files("renkei_policy_permissions").joinpath("rights.toml").read_text("utf-8"))
    return made


def request(role: Role, action: str, **changes: object) -> PolicyRequest:
    facts: dict[str, object] = {
        "action": action,
        "site": Site.CONSOLE if role.of_fund else Site.PORTAL,
        "account": "a",
        "role": role,
        "permissions": PRESETS.get(role, frozenset()),
        "account_office": "" if role.of_fund else "office-1",
        "thing_office": "office-1",
        "now": 0,
    }
    return PolicyRequest(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", list(Role))
async def test_every_role_may_exactly_what_the_table_says(role: Role, action: str) -> None:
    verdict = await policy().judge(request(role, action))
    expected = Decision.ALLOW if action in MAY[role] else Decision.DENY
    assert (verdict.decision, verdict.until) == (expected, None)
    assert verdict.reason


def test_the_table_names_only_actions_that_exist_and_forgets_none() -> None:
    rights = policy().rights
    assert set(rights.office) | set(rights.fund) == set(ACTIONS)


def test_an_office_user_needs_what_the_table_of_messages_says() -> None:
    needed = {row.action: row.needs for row in MESSAGES if row.action and Site.PORTAL in row.sites}
    assert dict(policy().rights.office) == needed


@pytest.mark.parametrize("role", OFFICE_ROLES)
async def test_a_download_needs_the_permission(role: Role) -> None:
    less = PRESETS[role] - {Permission.DOWNLOAD}
    verdict = await policy().judge(request(role, "notice.download", permissions=less))
    assert verdict.decision is Decision.DENY
    assert "download" in verdict.reason


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", OFFICE_ROLES)
async def test_nothing_of_another_office(role: Role, action: str) -> None:
    verdict = await policy().judge(request(role, action, thing_office="office-2"))
    assert verdict.decision is Decision.DENY


@pytest.mark.parametrize("role", OFFICE_ROLES)
async def test_a_thing_of_no_office_is_open_to_its_users(role: Role) -> None:
    assert (await policy().judge(request(role, "menu.read", thing_office=""))).decision is Decision.ALLOW


@pytest.mark.parametrize("role", OFFICE_ROLES)
async def test_an_office_user_without_an_office_may_nothing(role: Role) -> None:
    verdict = await policy().judge(request(role, "menu.read", account_office="", thing_office=""))
    assert verdict.decision is Decision.DENY


@pytest.mark.parametrize("role", FUND_ROLES)
async def test_a_role_of_the_fund_in_an_office_may_nothing(role: Role) -> None:
    assert (await policy().judge(request(role, "menu.read", account_office="office-1"))).decision is Decision.DENY


@pytest.mark.parametrize("role", list(Role))
async def test_an_unknown_action_is_denied(role: Role) -> None:
    every = frozenset(Permission)
    assert (await policy().judge(request(role, "notice.shred", permissions=every))).decision is Decision.DENY


@pytest.mark.parametrize("role", list(Role))
async def test_without_a_table_nobody_may_anything(role: Role) -> None:
    assert (await RightsPolicy().judge(request(role, "menu.read"))).decision is Decision.DENY


def test_a_labour_consultant_neither_approves_nor_delivers() -> None:
    assert PRESETS[Role.SHAROSHI] == frozenset(Permission) - {Permission.APPROVE, Permission.DELIVER}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[office]\n",
        "[office]\n[fund]\n[more]\n",
        '[office]\n"menu.read" = "downlaod"\n[fund]\n',
        '[office]\n[fund]\n"menu.read" = ["fund_king"]\n',
        '[office]\n[fund]\n"menu.read" = ["office_admin"]\n',
        "not toml",
    ],
)
def test_a_table_that_cannot_be_right_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Rights.parse(text)
