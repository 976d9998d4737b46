# SPDX-License-Identifier: Apache-2.0
"""A step that is not possible says why; what the machine may know of a visitor is what the vault knows."""

from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.words import PRESETS, FilingState, Permission, Role, ScanState
from appliance.vault.filings.stepping import KINDS, begun, facts_of, follower_of, stepped
from appliance.vault.workflow.filing import NOBODY, Command
from tests.appliance.vault.filings.sending import kept, put_filing
from tests.appliance.vault.filings.test_known import caller_of
from tests.appliance.vault.world import Person, World


async def test_what_the_machine_may_know(world: World, user: Person, clerk: Person) -> None:
    await user.ask(m.ChangeOfficeRules(True, False, ""))
    office, fund = [facts_of(await caller_of(world, person)) for person in (user, clerk)]
    assert (office.actor, office.permissions) == (user.account, PRESETS[Role.OFFICE_ADMIN])
    assert (office.four_eyes, office.of_fund) == (True, False)
    assert (fund.actor, fund.permissions, fund.four_eyes, fund.of_fund) == (clerk.account, NOBODY, False, True)
    plugin = facts_of(await caller_of(world, None))
    assert (plugin.permissions, plugin.of_fund) == (NOBODY, False)


@pytest.mark.parametrize("command", [Command.UPLOAD, Command.HOLD])
async def test_nothing_begins_without_the_permission(world: World, user: Person, command: Command) -> None:
    new = await kept(world, await put_filing(world, user.office, FilingState.HELD, scan=ScanState.WAITING))
    caller = await caller_of(world, user)
    if command is Command.HOLD:
        assert begun(caller, new, command).uploaded_by == user.account
    await world.take_permission(user, Permission.UPLOAD)
    with pytest.raises(Refused) as caught:
        begun(await caller_of(world, user), new, command)
    assert caught.value.why is Why.NOT_ALLOWED


@pytest.mark.parametrize("command", sorted(set(Command) - {Command.UPLOAD, Command.HOLD}))
@pytest.mark.parametrize("state", list(FilingState))
async def test_every_step_is_done_or_says_what_stands_against_it(
    world: World, user: Person, state: FilingState, command: Command
) -> None:
    filing = await kept(world, await put_filing(world, user.office, state))
    caller = await caller_of(world, user)
    facts = facts_of(caller)
    try:
        after = await world.core.read(lambda snapshot: stepped(snapshot, caller, filing, command, facts))
    except Refused as refused:
        assert refused.why in (Why.CONFLICT, Why.NOT_ALLOWED)
        if refused.text.startswith("filing.now_"):
            assert refused.text == f"filing.now_{state}"
    else:
        assert after != filing


def test_every_step_of_a_person_has_its_kind() -> None:
    own = {Command.RELEASE, Command.REFUSE, Command.FOLLOW}
    assert set(KINDS) == set(Command) - own
    assert len(set(KINDS.values())) == len(KINDS) and Kind.FILING_RELEASED not in KINDS.values()


async def test_what_stands_in_its_place(world: World, user: Person) -> None:
    second = await put_filing(world, user.office, FilingState.UPLOADED)
    for id, found in ((second, second), ("", None), ("a" * 26, None)):
        first = await kept(world, await put_filing(world, user.office, FilingState.RETURNED, followed_by=id))
        follower = await world.core.read(lambda snapshot, one=first: follower_of(snapshot, one))  # type: ignore[misc]
        assert (follower.id if follower else None) == found


async def test_an_answer_that_is_taken_back_in_this_moment_is_none(
    world: World, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    id, notice = await put_filing(world, user.office, FilingState.RECEIVED), await clerk.deliver(user.office)
    commit = world.core.commit

    async def after_the_cancelling(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(world.core, "commit", commit)
        await clerk.ask(m.CancelNotice(notice, "誤配信", ""))
        return await commit(*args, **options)

    monkeypatch.setattr(world.core, "commit", after_the_cancelling)
    refused = await clerk.refused(Why.INVALID, m.CompleteFiling(id, "", notice))
    assert refused.text == "filing.decision"
    assert (await kept(world, id)).state is FilingState.RECEIVED
