# SPDX-License-Identifier: Apache-2.0
"""The plugin in a host: settings that can never work stop the start, a mail server that is down does not."""

from pathlib import Path
from typing import Any

import pytest

from appliance.contracts.notifier import Outcome, Returned
from appliance.host.examining import Examined
from appliance.host.refused import StartRefused
from appliance.testing.hosting import hosted
from tests.plugins.mail_smtp.post import LETTER, SENDER
from tests.plugins.mail_smtp.test_bounces import ID, POSTFIX, SAID, placed
from tests.servers.mailbox import Mailbox, maildir

LOCAL = {"host": "127.0.0.1", "security": "none", "sender": SENDER}


def tables(**more: Any) -> dict[str, Any]:
    return {"mail_smtp": {**LOCAL, **more}}


async def test_a_letter_through_the_host(tmp_path: Path, box: Mailbox) -> None:
    async with hosted(tmp_path, tables(port=box.port)) as host:
        (provided,) = host.all("notifier")
        assert provided.plugin == "mail_smtp"
        assert (await provided.provider.send(LETTER)).outcome is Outcome.SENT
        assert await provided.provider.returns() == []
    assert (await box.next(LETTER.to)).text == LETTER.text
    assert box.connections == 1, "the connection of the check is used"


async def test_bounces_through_the_host(tmp_path: Path, box: Mailbox) -> None:
    folder = maildir(tmp_path / "returns")
    placed(folder, "1", POSTFIX)
    async with hosted(tmp_path, tables(port=box.port, returns=str(folder))) as host:
        assert await host.all("notifier")[0].provider.returns() == [Returned(ID, SAID)]


async def test_a_server_that_is_down_stops_no_start(
    tmp_path: Path, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    await box.stop()
    async with hosted(tmp_path, tables(port=box.port)) as host:
        assert "letters wait until it is there" in caplog.text
        assert (await host.all("notifier")[0].provider.send(LETTER)).outcome is Outcome.AWAY
        await box.start()
        assert (await host.all("notifier")[0].provider.send(LETTER)).outcome is Outcome.SENT


async def test_a_running_plugin_says_how_the_server_is(tmp_path: Path, box: Mailbox) -> None:
    async with hosted(tmp_path, tables(port=box.port)) as host:
        assert (await host.examine())["mail_smtp"] == Examined()
        await box.stop()
        found = (await host.examine())["mail_smtp"]
        assert found.is_there and not found.works
        assert found.why.startswith(f"mail server 127.0.0.1:{box.port} does not answer as a mail server: ")
        await box.start()
        assert (await host.examine())["mail_smtp"].works


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"security": "none", "host": "mail.example.jp"}, '`security` can be "none" only for'),
        ({"security": "ssl"}, "`security` cannot be 'ssl'"),
        ({"port": 0}, "`port` is from 1 to 65535"),
        ({"port": "25"}, "`port` must be a whole number"),
        ({"host": ""}, "`host` is the name"),
        ({"host": "a b"}, "`host` is the name"),
        ({"host": "メール.jp"}, "`host` is the name"),
        ({"sender": "nobody"}, "`sender` is the mail address"),
        ({"sender_name": "a\nb"}, "`sender_name` is one line"),
        ({"reply_to": "nobody"}, "`reply_to` is a mail address"),
        ({"timeout_seconds": 26}, "`timeout_seconds` is from"),
        ({"timeout_seconds": 0}, "`timeout_seconds` is from"),
        ({"pasword": "x"}, "unknown key `pasword`; did you mean `password`"),
        ({"user": "renkei"}, "smtp-password"),
        ({"security": "tls", "authority": "/nowhere.pem"}, "`authority`: /nowhere.pem is no PEM file"),
        ({"returns": "/nowhere"}, "`returns`: /nowhere is no Maildir"),
    ],
)
async def test_settings_that_can_never_work_stop_the_start(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    with pytest.raises(Exception, match=said) as caught:
        async with hosted(tmp_path, tables(port=25, **more) if "port" not in more else tables(**more)):
            pass
    assert "mail_smtp" in str(caught.value) and not isinstance(caught.value, AssertionError)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff"])
async def test_a_password_that_is_none_stops_the_start(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "smtp-password").write_bytes(content)
    (folder / "smtp-password").chmod(0o400)
    with pytest.raises(StartRefused, match="the credential smtp-password is"):
        async with hosted(tmp_path, tables(port=25, user="renkei")):
            pass
