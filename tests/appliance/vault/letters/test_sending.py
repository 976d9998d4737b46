# SPDX-License-Identifier: Apache-2.0
"""From the outbox to the notifier: what is sent, what is given up, and that nobody blocks another."""

import dataclasses

import pytest

from appliance.contracts.notifier import Delivery, Outcome, OutLetter
from appliance.model.journal import Kind
from appliance.model.time import DAY, HOUR, MINUTE
from appliance.model.words import MailOutcome
from appliance.vault import letters
from appliance.vault.letters import LetterKind, sending
from appliance.vault.letters.sending import NO_ADDRESS
from appliance.vault.people.accounts import remove_person
from appliance.vault.records.tables import outbox
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.letters.post_office import (
    TO,
    Hanging,
    Heard,
    PostOffice,
    at_work,
    impatient,
    numbered,
    written,
)

# --- sent ---------------------------------------------------------------------------------------------------------


async def test_a_letter_leaves_and_its_secret_with_it(post: PostOffice) -> None:
    await post.write_code()
    (letter,) = await post.send()
    assert (letter.to, letter.subject) == (TO, "【電子連携サービス】ワンタイムパスワードのお知らせ")
    assert letter.text.startswith("ワンタイムパスワード: 1234 5678\n有効期限: 11:00まで")
    assert await post.rows() == []
    state = await post.state()
    assert (state.outcome, state.said, state.letter) == (MailOutcome.SENT, "taken", letter.id)
    assert post.world.core.post.counted == {MailOutcome.SENT: 1}
    assert await post.send() == []


async def test_the_address_is_the_present_one_or_the_one_it_was_written_for(post: PostOffice) -> None:
    await post.write(LetterKind.MAIL_CHANGE_NOTICE, to="old@example.jp")
    await post.write(LetterKind.PASSWORD_CHANGED)
    await written(post, post.user, "new@example.jp")
    assert {letter.to for letter in await post.send()} == {"old@example.jp", "new@example.jp"}


STRANGER = {"reason": "番号が違います", "sender": "桃井 桃子", "sender_office": "もも株式会社"}


async def test_who_has_no_account_is_told_by_what_the_letter_itself_says(post: PostOffice) -> None:
    kind = LetterKind.REGISTRATION_REJECTED
    await post.write(kind, account=numbered(7), to="momo@example.jp", fields=STRANGER)
    (letter,) = await post.send()
    assert letter.to == "momo@example.jp"
    assert letter.text.startswith("もも株式会社\n桃井 桃子 様\n") and "番号が違います" in letter.text
    assert await post.rows() == []


async def test_no_other_letter_reaches_a_stranger(post: PostOffice) -> None:
    await post.write(LetterKind.PASSWORD_CHANGED, account=numbered(7), to="momo@example.jp")
    assert await post.send() == []


async def test_letters_leave_in_the_order_of_their_writing(post: PostOffice) -> None:
    post.set(at_once=1)
    for number in range(5):
        await post.write(LetterKind.NOTICE_DELIVERED, numbered(number))
        post.world.clock.move(1)
    ids = [row.about for row in await post.rows()]
    await post.send()
    assert ids == [numbered(number) for number in range(5)] and len(post.mail.taken) == 5


async def test_many_letters_need_few_commits(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PAGE", 20)
    monkeypatch.setattr(sending, "MOST_IN_HAND", 25)

    def write_many(txn: Transaction) -> None:
        for number in range(90):
            write_one(txn, post, number)

    await post.world.core.commit(write_many)
    before = post.world.core.writer.tally.functions
    assert len({letter.id for letter in await post.send()}) == 90
    assert post.world.core.writer.tally.functions - before < 45
    assert await post.rows() == []


def write_one(txn: Transaction, post: PostOffice, number: int) -> None:
    now = post.world.clock.now()
    letters.write(txn, LetterKind.NOTICE_DELIVERED, post.user.account, numbered(number), {}, now)


# --- refused ------------------------------------------------------------------------------------------------------


async def test_a_letter_that_can_never_arrive_is_given_up_and_journaled(post: PostOffice) -> None:
    post.mail.refuse(TO, Outcome.NEVER, f"550 5.1.1 <{TO}> unknown\r\nX: y")
    await post.write_code()
    assert await post.send() == [] == await post.rows()
    said = f"550 5.1.1 <{TO}> unknown  X: y"
    state = await post.state()
    assert (state.outcome, state.said) == (MailOutcome.FAILED, said)
    entry = await post.world.last()
    assert (entry.kind, entry.thing, entry.office) == (Kind.MAIL_FAILED, post.user.account, post.user.office)
    assert entry.reason == "one_time_code, after 0 tries" and entry.personal == {"said": said}


async def test_later_comes_later_each_time_until_it_is_too_late(post: PostOffice) -> None:
    post.mail.refuse(TO, Outcome.LATER, "450 greylisted")
    await post.write(LetterKind.PASSWORD_CHANGED)
    waits = []
    for tries in range(1, 9):
        await post.send()
        (row,) = await post.rows()
        assert row.tries == tries == len(post.mail.tried)
        waits.append(row.next_at - post.world.clock.now())
        await post.send_after(waits[-1] - 1)
        assert len(post.mail.tried) == tries
        post.world.clock.move(1)
    assert all(0.8 * MINUTE * 2**n <= wait <= 1.2 * MINUTE * 2**n for n, wait in enumerate(waits[:6]))
    assert all(0.8 * HOUR <= wait <= 1.2 * HOUR for wait in waits[6:])
    assert (await post.state()).outcome is MailOutcome.LATER
    while await post.rows():
        await post.send_after(HOUR)
    assert post.world.clock.now() <= (await post.state()).at + 7 * DAY
    state = await post.state()
    assert (state.outcome, state.said) == (MailOutcome.FAILED, "450 greylisted")
    assert len(await post.world.journal(Kind.MAIL_FAILED)) == 1


async def test_an_urgent_letter_is_tried_again_within_minutes(post: PostOffice) -> None:
    post.mail.refuse(TO, Outcome.LATER, "450 greylisted")
    await post.write_code()
    for _ in range(5):
        await post.send_after(6 * MINUTE)
    assert len(post.mail.tried) == 5
    post.mail.answers.clear()
    assert len(await post.send_after(6 * MINUTE)) == 1


async def test_what_is_too_late_is_not_sent(post: PostOffice) -> None:
    await post.write_code()
    assert await post.send_after(HOUR + 1) == []
    assert post.mail.tried == [] == await post.rows()
    assert (await post.state()).outcome is MailOutcome.FAILED


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.jp", "a@b\nBcc: c@d"])
async def test_without_an_address_nothing_leaves(post: PostOffice, address: str) -> None:
    await written(post, post.user, address)
    await post.write(LetterKind.PASSWORD_CHANGED)
    await post.send()
    assert post.mail.tried == [] == await post.rows()
    assert (await post.state()).said == NO_ADDRESS


async def test_who_is_gone_gets_no_letter_and_leaves_no_state(post: PostOffice) -> None:
    await post.write(LetterKind.PASSWORD_CHANGED)
    account = await post.world.account(post.user)
    await post.world.core.commit(lambda txn: remove_person(txn, account))
    await post.send()
    assert (post.mail.tried, await post.rows(), await post.states()) == ([], [], [])


# --- nobody blocks another ----------------------------------------------------------------------------------------


async def test_a_poison_recipient_blocks_nobody(post: PostOffice) -> None:
    post.set(at_once=1)
    other = await post.world.user(post.user.office, "Tanaka03")
    await written(post, other, "other@example.jp")

    async def poison(letter: OutLetter) -> Delivery:
        raise RuntimeError("the server's answer cannot be read")

    post.mail.answers[TO] = poison
    post.sender = post.new_sender(impatient(post.mail))
    for number in range(3):
        await post.write(LetterKind.NOTICE_DELIVERED, numbered(number))
    await post.write(LetterKind.NOTICE_DELIVERED, account=other.account)
    assert [letter.to for letter in await post.send()] == ["other@example.jp"]
    state = await post.state()
    assert (state.outcome, state.said) == (MailOutcome.LATER, "mail failed")
    assert [row.tries for row in await post.rows()] == [1, 1, 1]


async def test_a_notifier_that_hangs_is_asked_again_later(post: PostOffice) -> None:
    post.mail.answers[TO] = Hanging()
    post.sender = post.new_sender(impatient(post.mail))
    await post.write_code()
    await post.send()
    state = await post.state()
    assert (state.outcome, state.said) == (MailOutcome.LATER, "mail did not answer in time")


async def test_one_that_hangs_holds_up_nobody(post: PostOffice) -> None:
    post.set(at_once=2)
    hanging, heard = Hanging(), Heard()
    other = await post.world.user(post.user.office, "Tanaka03")
    await written(post, other, "other@example.jp")
    post.mail.answers = {TO: hanging, "other@example.jp": heard}
    async with at_work(post.sender):
        await post.write(LetterKind.NOTICE_DELIVERED)
        await hanging.somebody.wait()
        for number in range(5):
            await post.write(LetterKind.NOTICE_DELIVERED, numbered(number), account=other.account)
            await heard.letters.get()
        assert hanging.waiting == 1


async def test_ordinary_letters_never_hold_up_urgent_ones(post: PostOffice) -> None:
    post.set(at_once=2)
    hanging, heard = Hanging(), Heard()
    post.mail.answers = {TO: hanging, "code@example.jp": heard}
    for number in range(10):
        await post.write(LetterKind.NOTICE_DELIVERED, numbered(number))
    async with at_work(post.sender):
        await hanging.somebody.wait()
        await post.write_code(to="code@example.jp")
        assert (await heard.letters.get()).to == "code@example.jp"
        assert hanging.waiting <= 2


@pytest.mark.parametrize(
    "answer",
    [Delivery("sent", "x"), Delivery(Outcome.SENT, None), Delivery(None, "")],  # type: ignore[arg-type]
)
async def test_nonsense_is_no_success(post: PostOffice, answer: Delivery) -> None:
    async def nonsense(letter: OutLetter) -> Delivery:
        return answer

    post.mail.answers[TO] = nonsense
    await post.write_code()
    await post.send()
    assert (await post.state()).said == "the notifier answered nonsense"
    assert len(await post.rows()) == 1


async def test_a_letter_that_cannot_be_rendered_is_given_up_and_blocks_nobody(post: PostOffice) -> None:
    def spoil(txn: Transaction) -> None:
        (row,) = outbox.scan(txn, "due")
        outbox.put(txn, dataclasses.replace(row, fields={}))
        outbox.put(txn, dataclasses.replace(row, kind="of_a_later_release"))

    await post.write_code()
    await post.world.core.commit(spoil)
    await post.write(LetterKind.PASSWORD_CHANGED)
    assert len(await post.send()) == 1
    assert await post.rows() == []
    said = {state.kind: state.said for state in await post.states()}
    assert said["one_time_code"] == "it cannot be rendered: KeyError"
    assert said["of_a_later_release"] == "it cannot be rendered: ValueError"
