# SPDX-License-Identifier: Apache-2.0
"""The notifier in memory does what a test tells it; that it keeps the contract is tested with the contract."""

import dataclasses

from appliance.contracts.notifier import MAX_RETURNS, Outcome, Returned
from appliance.testing.memory_mail import MemoryMail
from appliance.testing.notifier_suite import LETTER

OTHER = dataclasses.replace(LETTER, to="other@example.jp")


async def test_it_takes_what_nobody_told_it_to_refuse() -> None:
    mail = MemoryMail()
    mail.refuse(LETTER.to, Outcome.LATER, "450 full")
    refused, sent = await mail.send(LETTER), await mail.send(OTHER)
    assert (refused.outcome, refused.said, sent.outcome) == (Outcome.LATER, "450 full", Outcome.SENT)
    assert mail.tried == [LETTER, OTHER] and mail.taken == [OTHER]


async def test_while_it_is_away_it_takes_nothing() -> None:
    mail = MemoryMail()
    mail.away = "nobody is there"
    delivery = await mail.send(LETTER)
    assert (delivery.outcome, delivery.said, mail.taken) == (Outcome.AWAY, "nobody is there", [])


async def test_what_comes_back_comes_once_and_in_parts() -> None:
    mail = MemoryMail()
    mail.returned = [Returned(f"{number:026}", "550") for number in range(MAX_RETURNS + 1)]
    assert [len(await mail.returns()) for _ in range(3)] == [MAX_RETURNS, 1, 0]
