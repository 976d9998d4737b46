# SPDX-License-Identifier: Apache-2.0
"""Which notifier carries mail, and what stops the start."""

import dataclasses
from pathlib import Path

import pytest

from appliance.config.settings import Letters
from appliance.host.host import Provided
from appliance.host.refused import StartRefused
from appliance.testing.memory_mail import MemoryMail
from appliance.vault.letters.beginning import carrier, letters_of
from tests.appliance.vault.letters.post_office import PostOffice
from tests.appliance.vault.world import World

ONE, OTHER = Provided("mail_smtp", MemoryMail()), Provided("mail_other", MemoryMail())


def test_the_only_notifier_or_the_one_that_is_named() -> None:
    assert carrier(Letters(), [ONE]) is ONE.provider
    assert carrier(Letters(mail="mail_other"), [ONE, OTHER]) is OTHER.provider
    assert carrier(Letters(), []) is None


@pytest.mark.parametrize(
    ("name", "provided", "said"),
    [
        ("mail_smpt", [ONE], "`mail` names mail_smpt, which is no configured notifier"),
        ("mail_smtp", [], "`mail` names mail_smtp, which is no configured notifier"),
        ("", [ONE, OTHER], "set `mail` to one of the notifiers: mail_other, mail_smtp"),
    ],
)
def test_a_choice_that_is_none_stops_the_start(name: str, provided: list[Provided], said: str) -> None:
    with pytest.raises(StartRefused, match=said):
        carrier(Letters(mail=name), provided)


async def test_without_a_notifier_letters_wait_and_the_log_says_what_to_add(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    assert letters_of(world.core) is None
    (said,) = caplog.messages
    assert said.startswith("there is no notifier: letters") and "[plugins.mail_smtp]" in said


async def test_with_one_there_is_a_sender_and_a_job(post: PostOffice) -> None:
    made = letters_of(post.world.core)
    assert made is not None
    sender, job = made
    await post.write_code()
    await sender.send_due()
    assert len(post.mail.taken) == 1
    assert job.name == "letters.returns" and job.every_seconds == 60
    await job.run()


async def test_a_text_that_cannot_be_used_stops_the_start(world: World, tmp_path: Path) -> None:
    (tmp_path / "one_time_code.txt").write_text("件名: x\n\n{cod}\n", "utf-8")
    settings = dataclasses.replace(world.core.settings, letters=Letters(templates=str(tmp_path)))
    world.core.settings = settings
    with pytest.raises(StartRefused, match=r"\[letters\]: .*one_time_code.txt: line 3: there is no placeholder"):
        letters_of(world.core)
