# SPDX-License-Identifier: Apache-2.0
"""What became of a letter is written once, whatever came before it."""

import dataclasses

import pytest

from appliance.model.journal import Kind
from appliance.model.words import MailOutcome
from appliance.vault.letters import LetterKind
from appliance.vault.letters.settling import MAX_SAID, Tried, entry_about, quoted, settle, settle_all
from appliance.vault.records.tables import mail_states
from tests.appliance.vault.letters.post_office import PostOffice

NOW = 1_780_966_800_000
ID = "b" * 26


async def tried(post: PostOffice, outcome: MailOutcome = MailOutcome.SENT, *, kept: bool = False) -> Tried:
    """The one letter of the outbox after a try."""
    (row,) = await post.rows()
    again = dataclasses.replace(row, tries=1, next_at=NOW + 1) if kept else None
    return Tried(row, (await post.state()).letter, NOW, outcome, "said", again)


async def test_a_letter_that_is_over_goes_and_one_that_is_not_stays(post: PostOffice) -> None:
    await post.write_code()
    later = await tried(post, MailOutcome.LATER, kept=True)
    await post.world.core.commit(lambda txn: settle(txn, later))
    assert await post.rows() == [later.kept]
    over = await tried(post)
    await post.world.core.commit(lambda txn: settle(txn, over))
    assert await post.rows() == []
    assert (await post.state()).outcome is MailOutcome.SENT


async def test_what_is_settled_twice_counts_once(post: PostOffice) -> None:
    await post.write_code()
    core = post.world.core
    entry = entry_about(core, Kind.MAIL_FAILED, post.user.account, "", "reason", "said")
    failed = dataclasses.replace(await tried(post, MailOutcome.FAILED), entry=entry)
    await core.commit(lambda txn: settle_all(txn, [failed, failed]))
    await core.commit(lambda txn: settle(txn, failed))
    assert len(await post.world.journal(Kind.MAIL_FAILED)) == 1


async def test_an_older_try_does_not_touch_a_letter_that_was_written_anew(post: PostOffice) -> None:
    await post.write_code()
    old = await tried(post)
    await post.send()
    post.world.clock.move(1)
    await post.write_code()
    await post.world.core.commit(lambda txn: settle(txn, old))
    assert len(await post.rows()) == 1 and (await post.state()).outcome is MailOutcome.WAITING


async def test_a_letter_that_came_back_before_it_was_settled_stays_returned(post: PostOffice) -> None:
    await post.write_code()
    sent = await tried(post)
    back = dataclasses.replace(await post.state(), outcome=MailOutcome.RETURNED, said="no such user")
    await post.world.core.commit(lambda txn: mail_states.put(txn, back))
    await post.world.core.commit(lambda txn: settle(txn, sent))
    assert await post.rows() == []
    assert await post.state() == back


async def test_each_kind_has_its_own_last_letter(post: PostOffice) -> None:
    await post.write_code()
    post.world.clock.move(1)
    await post.write(LetterKind.PASSWORD_CHANGED)
    assert [state.kind for state in await post.states()] == ["password_changed", "one_time_code"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("250 OK", "250 OK"),
        ("550 a\r\n550 b", "550 a  550 b"),
        ("\x1b[31mred\x07\u202e", "[31mred"),
        ("x" * 5000, "x" * MAX_SAID),
        ("  ", ""),
    ],
)
def test_what_a_server_says_is_one_line_that_can_be_shown(said: str, shown: str) -> None:
    assert quoted(said) == shown


async def test_what_a_server_says_is_personal(post: PostOffice) -> None:
    entry = entry_about(
        post.world.core, Kind.MAIL_FAILED, "account", "office", "one_time_code", "550 <y@example.jp>"
    )
    assert (entry.thing, entry.office, entry.reason) == ("account", "office", "one_time_code")
    assert entry.personal == {"said": "550 <y@example.jp>"}
    assert entry_about(post.world.core, Kind.MAIL_FAILED, "a", "", "b", "").personal == {}
