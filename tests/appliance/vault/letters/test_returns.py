# SPDX-License-Identifier: Apache-2.0
"""Letters that come back light up at the desk and in the journal."""

from typing import Any

import pytest

from appliance.contracts.notifier import Returned
from appliance.contracts.records import StoreError
from appliance.link.refusals import Refused
from appliance.model.journal import Kind
from appliance.model.words import MailOutcome
from appliance.vault.letters import LetterKind, returns
from appliance.vault.letters.returns import take_returns
from tests.appliance.vault.letters.post_office import PostOffice


async def sent(post: PostOffice) -> str:
    """The id of a one-time password that was sent."""
    await post.write_code()
    return (await post.send())[0].id


async def test_a_bounce_is_the_state_of_the_account_and_an_entry(post: PostOffice) -> None:
    post.mail.returned = [Returned(await sent(post), "5.1.1 smtp; 550 <user@example.jp>\nunknown")]
    post.world.clock.move(1)
    await take_returns(post.world.core, post.mail)
    state = await post.state()
    assert (state.outcome, state.said, state.at) == (
        MailOutcome.RETURNED,
        "5.1.1 smtp; 550 <user@example.jp> unknown",
        post.world.clock.now(),
    )
    entry = await post.world.last()
    assert (entry.kind, entry.thing, entry.office) == (Kind.MAIL_RETURNED, post.user.account, post.user.office)
    assert entry.reason == "one_time_code" and entry.personal == {"said": state.said}
    assert post.world.core.post.counted[MailOutcome.RETURNED] == 1


async def test_a_bounce_that_is_told_twice_is_noted_once(post: PostOffice) -> None:
    bounce = Returned(await sent(post), "550")
    for _ in range(3):
        post.mail.returned = [bounce, bounce]
        await take_returns(post.world.core, post.mail)
    assert len(await post.world.journal(Kind.MAIL_RETURNED)) == 1
    assert post.world.core.post.counted[MailOutcome.RETURNED] == 1


async def test_a_bounce_that_could_not_be_noted_is_told_again(post: PostOffice) -> None:
    bounce = Returned(await sent(post), "550")
    post.mail.returned = [bounce]
    post.world.store.fail_next(StoreError("broken"))
    with pytest.raises(Refused):
        await take_returns(post.world.core, post.mail)
    post.mail.returned = [bounce]
    await take_returns(post.world.core, post.mail)
    assert (await post.state()).outcome is MailOutcome.RETURNED


@pytest.mark.parametrize("id", ["", "x", "b" * 26, "../../etc", "B" * 26, "\0", "あ"])
async def test_what_is_not_ours_changes_nothing(post: PostOffice, id: str) -> None:
    await sent(post)
    before = await post.states()
    post.mail.returned = [Returned(id, "550")]
    await take_returns(post.world.core, post.mail)
    assert await post.states() == before and not await post.world.journal(Kind.MAIL_RETURNED)


async def test_after_a_newer_letter_of_its_kind_a_bounce_says_nothing(post: PostOffice) -> None:
    old = await sent(post)
    post.world.clock.move(1)
    new = await sent(post)
    assert old != new
    post.mail.returned = [Returned(old, "550")]
    await take_returns(post.world.core, post.mail)
    assert (await post.state()).outcome is MailOutcome.SENT


async def test_many_bounces_are_noted_in_few_commits(post: PostOffice) -> None:
    ids = []
    for kind in (LetterKind.PASSWORD_CHANGED, LetterKind.PASSWORD_RESET, LetterKind.NOTICE_DELIVERED):
        await post.write(kind)
        ids += [letter.id for letter in await post.send()]
    post.mail.returned = [Returned(id, "550") for id in ids]
    before = post.world.core.writer.tally.functions
    await take_returns(post.world.core, post.mail)
    assert post.world.core.writer.tally.functions == before + 1
    assert {state.outcome for state in await post.states()} == {MailOutcome.RETURNED}


async def test_a_notifier_that_never_ends_is_left(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returns, "MOST_CALLS", 3)
    calls = []

    class Endless:
        async def returns(self) -> list[Any]:
            calls.append(1)
            return [Returned("b" * 26, "550"), "nonsense", None]

    await take_returns(post.world.core, Endless())  # type: ignore[arg-type]
    assert len(calls) == 3
