# SPDX-License-Identifier: Apache-2.0
"""Letters are written with what they tell of: once, complete, and with a ring."""

from typing import Any

import pytest

from appliance.model.ids import is_id
from appliance.model.things import Letter
from appliance.model.time import DAY, HOUR
from appliance.model.words import MailOutcome
from appliance.vault import letters
from appliance.vault.letters import LetterKind
from appliance.vault.letters.kinds import TRAITS, UNTIL
from appliance.vault.letters.writing import letter_id
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.letters.post_office import CODE, PostOffice

NOW = 1_780_966_800_000


async def test_a_letter_stands_in_the_outbox_and_the_desk_sees_that_it_waits(post: PostOffice) -> None:
    assert await post.write_code()
    (row,) = await post.rows()
    assert row == Letter("mail", "one_time_code", post.user.account, "a" * 26, NOW, NOW + HOUR, CODE, "", True, NOW)
    state = await post.state()
    assert (state.kind, state.at, state.outcome, state.said) == ("one_time_code", NOW, MailOutcome.WAITING, "")
    assert state.letter == letter_id(post.world.core.keyring.sealer, row) and is_id(state.letter)


async def test_a_letter_that_waits_is_not_written_twice(post: PostOffice) -> None:
    assert await post.write_code()
    assert not await post.write_code(fields={"code": "8765 4321"})
    assert await post.write_code(about="b" * 26)
    assert [row.fields for row in await post.rows()] == [CODE, CODE]
    await post.send()
    assert await post.write_code()


async def test_a_commit_with_a_letter_rings_and_others_do_not(post: PostOffice) -> None:
    heard = post.world.core.post.rings
    await post.world.office(7)
    assert post.world.core.post.rings == heard
    await post.write(LetterKind.PASSWORD_CHANGED)
    assert post.world.core.post.rings == heard + 1


async def test_a_transaction_that_fails_writes_none_and_rings_nobody(post: PostOffice) -> None:
    heard = post.world.core.post.rings

    def fail(txn: Transaction) -> None:
        letters.write(txn, LetterKind.PASSWORD_CHANGED, post.user.account, "a", {}, NOW)
        raise RuntimeError("the act was refused")

    with pytest.raises(RuntimeError):
        await post.world.core.commit(fail)
    assert (await post.rows(), await post.states(), post.world.core.post.rings) == ([], [], heard)


async def test_ordinary_letters_are_worth_sending_for_a_week(post: PostOffice) -> None:
    await post.write(LetterKind.PASSWORD_RESET)
    (row,) = await post.rows()
    assert (row.not_after, row.urgent, row.to) == (NOW + 7 * DAY, False, "")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (LetterKind.ONE_TIME_CODE, {"fields": CODE}),
        (LetterKind.ONE_TIME_CODE, {"until": NOW + 1}),
        (LetterKind.ONE_TIME_CODE, {"fields": {**CODE, "name": "x"}, "until": NOW + 1}),
        (LetterKind.PASSWORD_CHANGED, {"until": NOW + 1}),
        (LetterKind.PASSWORD_CHANGED, {"fields": {"password": "secret"}}),
        (LetterKind.ACCOUNT_LOCKED, {}),
    ],
)
async def test_what_does_not_fit_the_kind_is_not_written(
    post: PostOffice, kind: LetterKind, more: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=kind):
        await post.write(kind, **more)
    assert await post.rows() == []


async def test_every_kind_can_be_written_and_sent(post: PostOffice) -> None:
    for kind, traits in TRAITS.items():
        until = NOW + HOUR if UNTIL in traits.needs else None
        await post.write(kind, fields=dict.fromkeys(traits.given, "1234"), until=until)
    sent = await post.send()
    assert len(sent) == len(LetterKind) == len({letter.id for letter in sent})
    assert {state.outcome for state in await post.states()} == {MailOutcome.SENT}


async def test_nobody_guesses_the_id_of_a_letter(post: PostOffice) -> None:
    """It depends on a secret, and on everything that tells one letter from another."""
    sealer = post.world.core.keyring.sealer
    rows = [
        Letter("mail", kind, account, about, at, 0)
        for kind in "ab"
        for account in "cd"
        for about in "ef"
        for at in (1, 2)
    ]
    assert len({letter_id(sealer, row) for row in rows}) == len(rows)
    assert letter_id(sealer, rows[0]) == letter_id(sealer, rows[0])
