# SPDX-License-Identifier: Apache-2.0
"""The rights policy, case by case: R120 to R125, A46, T20."""

from functools import cache
from importlib.resources import files
from itertools import product

import pytest
from renkei_policy_permissions.rights import Rights, RightsPolicy

from appliance.contracts.policy import Decision, PolicyRequest
from appliance.link.messages import MESSAGES
from appliance.link.messages.filing_rows import OUTGOING_MESSAGES
from appliance.model.words import PRESETS, Permission, Role, Site
from tests.every import for_every

ROWS = {*MESSAGES, *OUTGOING_MESSAGES}
ACTIONS = sorted({row.action for row in ROWS if row.action})
# Who has any of these sees documents; a row of the table of messages names one permission or none.
SEES = frozenset({Permission.UPLOAD, Permission.APPROVE, Permission.DELIVER, Permission.DOWNLOAD})
ANY_OF = {"filing.open": SEES, "download.report": SEES}
OFFICE_ROLES = sorted(PRESETS)
FUND_ROLES = [role for role in Role if role.of_fund]

ALL = {"look", "sign_in", "menu.read", "own.read", "own.register", "own.change"}
OFFICE = ALL | {"month.read", "notice.list", "notice.download", "history.read", "act"}
OFFICE |= {"office.register", "zip_password.show", "user.list", "user.change", "office.rules"}
OFFICE |= {"document.upload", "download.report", "filing.list", "filing.upload", "filing.open", "filing.cancel"}
RELEASES = {"filing.approve", "filing.deliver"}
NUMBERS = {"dashboard.read"}
WATCHES = ALL | NUMBERS | {"office.list", "notice.list", "filing.list"}
TELLS = {"banner.list", "banner.change"}
SYSTEM = {"staff.list", "staff.change", "proposal.list", "proposal.decide", "status.read"}
MAY = {
    Role.OFFICE_ADMIN: OFFICE | RELEASES,
    Role.OFFICE_STAFF: OFFICE | RELEASES,
    Role.SHAROSHI: OFFICE,
    Role.FUND_CLERK: WATCHES
    | TELLS
    | {"document.upload", "notice.deliver", "notice.download", "notice.cancel", "download.report"}
    | {"filing.open", "filing.receive", "filing.settle", "filing.take_out"}
    | {"history.read", "act", "account.change_admin", "office.read"},
    Role.FUND_RELEASER: WATCHES | {"act", "notice.deliver", "notice.cancel", "filing.open", "download.report"},
    Role.FUND_DESK: WATCHES
    | TELLS
    | {"act", "office.read", "history.read", "lock.list", "lock.release", "account.initialise"},
    Role.FUND_SYSTEM: ALL | NUMBERS | SYSTEM | TELLS | {"act", "history.read", "lock.list"},
    Role.FUND_AUDITOR: WATCHES
    | {"office.read", "history.read", "lock.list", "staff.list", "proposal.list"}
    | {"status.read"},
}

# Who may connect from which PC.
SEATS = {
    **{role: {"seat.own", "seat.give_up"} for role in (Role.OFFICE_ADMIN, Role.OFFICE_STAFF, Role.SHAROSHI)},
    Role.FUND_CLERK: {"activation.list", "seat.list", "seat.revoke"},
    Role.FUND_DESK: {"activation.list", "activation.decide", "seat.list", "seat.revoke"},
    Role.FUND_SYSTEM: {"seat.list", "seat.revoke"},
    Role.FUND_AUDITOR: {"activation.list", "seat.list"},
}
MAY = {role: may | SEATS.get(role, set()) for role, may in MAY.items()}

# Who works for several offices, and who enters, ends and sees that.
GROUPS = {
    **{
        role: {"served.list", "served.switch", "delegation.list", "delegation.end", "delegation.narrow"}
        | {"filing.ask_approval"}
        for role in (Role.OFFICE_ADMIN, Role.OFFICE_STAFF, Role.SHAROSHI)
    },
    Role.FUND_CLERK: {"delegation.list", "delegation.add", "delegation.end"},
    Role.FUND_DESK: {"delegation.list"},
    Role.FUND_AUDITOR: {"delegation.list"},
}
MAY = {role: may | GROUPS.get(role, set()) for role, may in MAY.items()}

# Who answers the telephone, and who gives offices their manuals.
CALLS = {
    **{role: {"manual.list"} for role in Role},
    Role.FUND_CLERK: {"manual.list", "manual.change", "caller.read", "caller.mail"},
    Role.FUND_DESK: {"manual.list", "caller.read", "caller.mail"},
    Role.FUND_SYSTEM: {"manual.list", "manual.change"},
    Role.FUND_AUDITOR: {"manual.list", "caller.read"},
}
MAY = {role: may | CALLS[role] for role, may in MAY.items()}

# What offices are given: letters with their secrets, seats, another admin and another ZIP password.
ISSUES = {
    **{role: {"own.issued", "own.hand_over"} for role in (Role.OFFICE_ADMIN, Role.OFFICE_STAFF, Role.SHAROSHI)},
    Role.FUND_CLERK: {"letter.list", "letter.print", "letter.reissue", "seats.change", "zip_password.open"}
    | {"office.suspend"},
    Role.FUND_DESK: {"office.suspend"},
    Role.FUND_AUDITOR: {"letter.list"},
}
MAY = {role: may | ISSUES.get(role, set()) for role, may in MAY.items()}

# Who takes registration forms in.
REGISTERS = {
    Role.FUND_CLERK: {"registration.read", "registration.change"},
    Role.FUND_DESK: {"registration.read"},
    Role.FUND_AUDITOR: {"registration.read"},
}
MAY = {role: may | REGISTERS.get(role, set()) for role, may in MAY.items()}

# Who sees which PCs are connected, ends that, and keeps a PC out.
TUNNELS = {
    Role.FUND_CLERK: {"tunnel.list", "tunnel.end", "tunnel.end_many", "seat.block"},
    Role.FUND_DESK: {"tunnel.list", "tunnel.end"},
    Role.FUND_SYSTEM: {"tunnel.list", "tunnel.end", "tunnel.end_many", "seat.block"},
    Role.FUND_AUDITOR: {"tunnel.list"},
}
MAY = {role: may | TUNNELS.get(role, set()) for role, may in MAY.items()}


@cache
def _rights() -> Rights:
    return Rights.parse(files("renkei_policy_permissions").joinpath("rights.toml").read_text("utf-8"))


def policy() -> RightsPolicy:
    made = RightsPolicy()
    made.rights = _rights()
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


@for_every("role, action", product(Role, ACTIONS))
async def test_every_role_may_exactly_what_the_table_says(role: Role, action: str) -> None:
    verdict = await policy().judge(request(role, action))
    expected = Decision.ALLOW if action in MAY[role] else Decision.DENY
    assert (verdict.decision, verdict.until) == (expected, None)
    assert verdict.reason


def test_the_table_names_only_actions_that_exist_and_forgets_none() -> None:
    rights = policy().rights
    assert set(rights.office) | set(rights.fund) == set(ACTIONS)


def test_an_office_user_needs_what_the_table_of_messages_says() -> None:
    needed = {
        row.action: frozenset({row.needs} if row.needs else ())
        for row in ROWS
        if row.action and Site.PORTAL in row.sites
    }
    assert dict(policy().rights.office) == needed | ANY_OF


@pytest.mark.parametrize("action", sorted(ANY_OF))
async def test_any_permission_of_a_list_is_enough_and_without_one_nothing_is(action: str) -> None:
    for permission in Permission:
        asked = request(Role.OFFICE_STAFF, action, permissions=frozenset({permission}))
        verdict = await policy().judge(asked)
        assert (verdict.decision is Decision.ALLOW) is (permission in ANY_OF[action])
        assert verdict.decision is Decision.ALLOW or "download or" in verdict.reason


async def test_the_desk_sees_that_a_filing_came_and_never_what_is_in_it() -> None:
    for action, decision in (("filing.list", Decision.ALLOW), ("filing.open", Decision.DENY)):
        assert (await policy().judge(request(Role.FUND_DESK, action))).decision is decision


@pytest.mark.parametrize("role", OFFICE_ROLES)
async def test_a_download_needs_the_permission(role: Role) -> None:
    less = PRESETS[role] - {Permission.DOWNLOAD}
    verdict = await policy().judge(request(role, "notice.download", permissions=less))
    assert verdict.decision is Decision.DENY
    assert "download" in verdict.reason


@for_every("role, action", product(OFFICE_ROLES, ACTIONS))
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
        '[office]\n"menu.read" = ["upload", "downlaod"]\n[fund]\n',
        '[office]\n"menu.read" = []\n[fund]\n',
        '[office]\n[fund]\n"menu.read" = ["fund_king"]\n',
        '[office]\n[fund]\n"menu.read" = ["office_admin"]\n',
        "not toml",
    ],
)
def test_a_table_that_cannot_be_right_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Rights.parse(text)


TEXT = files("renkei_policy_permissions").joinpath("rights.toml").read_text("utf-8")


async def test_a_fund_names_fewer_roles_for_an_act_of_a_plugin_and_never_more() -> None:
    acts = {"inquiry.answer": ["fund_desk", "fund_auditor"]}
    strict = RightsPolicy()
    strict.rights = Rights.parse(TEXT, acts)

    async def may(role: Role, name: str) -> bool:
        verdict = await strict.judge(request(role, "act", name=name))
        return verdict.decision is Decision.ALLOW

    assert [role for role in FUND_ROLES if await may(role, "inquiry.answer")] == [Role.FUND_DESK]
    assert await may(Role.FUND_CLERK, "inquiry.other") and await may(Role.FUND_CLERK, "")
    refused = await strict.judge(request(Role.FUND_CLERK, "act", name="inquiry.answer"))
    assert refused.reason == "fund_clerk may not inquiry.answer"


@pytest.mark.parametrize("word", ["office_staff", "everybody", ""])
def test_an_act_is_for_roles_of_the_fund(word: str) -> None:
    with pytest.raises(ValueError, match=r"is no role of the fund|is not a valid Role"):
        Rights.parse(TEXT, {"inquiry.answer": [word]})
