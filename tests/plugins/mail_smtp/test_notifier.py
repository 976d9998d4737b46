# SPDX-License-Identifier: Apache-2.0
"""What the channel makes of letters that can never be mail, and of a server that has nothing to say."""

import pytest

from appliance.contracts.notifier import Outcome
from tests.plugins.mail_smtp.post import Post
from tests.servers.mailbox import Mailbox


@pytest.mark.parametrize("to", ["", "山田@example.jp", "a@b\nBcc: c@d"])
async def test_a_letter_that_can_never_be_mail_does_not_reach_the_server(box: Mailbox, post: Post, to: str) -> None:
    delivery = await post.send(to)
    assert delivery.outcome is Outcome.NEVER
    assert "address" in delivery.said and box.connections == 0


async def test_what_the_server_said_goes_to_the_desk(box: Mailbox, post: Post) -> None:
    box.on["DATA"] = lambda to: "250 2.0.0 queued as 4XyZ"
    assert (await post.send()).said == "2.0.0 queued as 4XyZ"


async def test_nothing_comes_back_without_a_maildir(post: Post) -> None:
    assert await post.notifier.returns() == []
