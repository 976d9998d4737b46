# SPDX-License-Identifier: Apache-2.0
"""Connections to a real mail server that refuses, hangs, dies and comes back; TLS and passwords."""

import asyncio
import logging
import ssl

import pytest
from aiosmtplib import SMTP
from renkei_mail_smtp import Security, connections
from renkei_mail_smtp.connections import is_loopback

from appliance.contracts.notifier import Outcome
from appliance.model.time import SECOND
from tests.appliance.link.authority import Authority
from tests.plugins.mail_smtp.post import TO, Post
from tests.servers.mailbox import CLOSE, HANG, OK, Mailbox, mailbox

PASSWORD = {"smtp-password": "pässword\n".encode()}


def answering(box: Mailbox, step: str, *answers: str) -> None:
    """Let the server answer so at a step, one after another, then OK."""
    left = list(answers)
    box.on[step] = lambda address: left.pop(0) if left else OK


# --- one connection for many mails --------------------------------------------------------------------------------


async def test_one_connection_serves_many_mails(box: Mailbox, post: Post) -> None:
    for _ in range(20):
        assert (await post.send()).outcome is Outcome.SENT
    assert (len(box.mails), box.connections) == (20, 1)


async def test_at_most_as_many_connections_as_mails_at_once(box: Mailbox, post: Post) -> None:
    for _ in range(5):
        await asyncio.gather(*(post.send() for _ in range(4)))
    assert len(box.mails) == 20 and box.connections <= 4


async def test_a_connection_that_was_idle_for_long_is_not_used_again(box: Mailbox, post: Post) -> None:
    await post.send()
    post.clock.move(29 * SECOND)
    await post.send()
    assert box.connections == 1
    post.clock.move(30 * SECOND)
    await post.send()
    assert (box.connections, len(box.mails)) == (2, 3)


async def test_connections_that_died_while_idle_are_opened_again_unnoticed(box: Mailbox, post: Post) -> None:
    await asyncio.gather(*(post.send() for _ in range(3)))
    await box.stop()
    await box.start()
    assert (await post.send()).outcome is Outcome.SENT


@pytest.mark.parametrize("answer", [CLOSE, "421 enough mails on this connection"])
async def test_a_server_that_has_enough_of_a_connection_gets_a_new_one(
    box: Mailbox, post: Post, answer: str
) -> None:
    await post.send()
    answering(box, "MAIL", answer)
    assert (await post.send()).outcome is Outcome.SENT
    assert box.connections == 2


async def test_a_new_connection_that_dies_at_once_is_no_endless_loop(box: Mailbox, post: Post) -> None:
    box.on["MAIL"] = lambda address: CLOSE
    assert (await post.send()).outcome is Outcome.AWAY
    assert box.connections == 1


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("RCPT", "550 5.1.1 no such user", Outcome.NEVER),
        ("RCPT", "450 4.2.2 mailbox full", Outcome.LATER),
        ("RCPT", "451 4.7.1 greylisted", Outcome.LATER),
        ("RCPT", "530 5.7.0 authentication required", Outcome.AWAY),
        ("DATA", "552 5.3.4 too large", Outcome.NEVER),
        ("DATA", "452 4.3.1 no room", Outcome.LATER),
        ("MAIL", "550 5.7.1 sender not allowed", Outcome.AWAY),
        ("MAIL", "451 4.3.0 try again", Outcome.AWAY),
    ],
)
async def test_what_a_refusal_means(box: Mailbox, post: Post, step: str, answer: str, outcome: Outcome) -> None:
    answering(box, step, answer)
    delivery = await post.send()
    assert delivery.outcome is outcome
    assert answer in delivery.said
    assert (await post.send()).outcome is Outcome.SENT
    assert len(box.mails) == 1


async def test_an_outage_is_told_without_the_recipient(
    box: Mailbox, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    answering(box, "RCPT", "530 5.7.1 <USER@example.jp>: relay for user@example.jp denied")
    delivery = await post.send(to="user@example.jp")
    assert delivery.outcome is Outcome.AWAY
    assert "530 5.7.1 <the recipient>: relay for the recipient denied; letters wait" in caplog.text
    assert "user@example.jp" not in (caplog.text + delivery.said).lower()


async def test_after_a_refused_recipient_the_connection_goes_on(box: Mailbox, post: Post) -> None:
    answering(box, "RCPT", "550 no such user", "550 no such user")
    for _ in range(3):
        await post.send()
    assert (box.connections, len(box.mails)) == (1, 1)


# --- dying and hanging --------------------------------------------------------------------------------------------


async def test_a_server_that_dies_between_the_mail_and_its_reply_may_get_it_twice_and_can_tell(
    box: Mailbox, post: Post
) -> None:
    answering(box, "DATA", CLOSE)
    assert (await post.send()).outcome is Outcome.LATER
    assert (await post.send()).outcome is Outcome.SENT
    first, second = box.mails
    assert first.id == second.id == f"<{'b' * 26}@fund.example.jp>"


@pytest.mark.parametrize(
    ("step", "outcome"), [("MAIL", Outcome.AWAY), ("RCPT", Outcome.LATER), ("DATA", Outcome.LATER)]
)
async def test_a_server_that_hangs_is_left_after_its_time(box: Mailbox, step: str, outcome: Outcome) -> None:
    async with Post(box.port, timeout_seconds=0.2) as post:
        answering(box, step, HANG)
        delivery = await post.send()
        assert delivery.outcome is outcome
        assert "127.0.0.1" in delivery.said
        assert (await post.send()).outcome is Outcome.SENT


async def test_one_that_is_given_up_amid_a_mail_leaves_no_half_open_conversation(box: Mailbox, post: Post) -> None:
    answering(box, "RCPT", HANG)
    task = asyncio.get_running_loop().create_task(post.send())
    await box.until(lambda box: box.hanging == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    box.let_go()
    assert (await post.send()).outcome is Outcome.SENT
    assert [mail.to for mail in box.mails] == [TO]


class Greeter(asyncio.Protocol):
    """Says one thing and hangs up; b"" never says anything."""

    def __init__(self, greeting: bytes) -> None:
        self._greeting = greeting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self._greeting:
            transport.write(self._greeting)
            transport.close()


@pytest.mark.parametrize(
    "greeting", [b"", b"554 go away\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff\xfe\r\n"]
)
async def test_what_is_no_mail_server_is_away(greeting: bytes) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Greeter(greeting), "127.0.0.1", 0)
    async with server, Post(server.sockets[0].getsockname()[1], timeout_seconds=0.5) as post:
        delivery = await post.send()
        assert delivery.outcome is Outcome.AWAY and "does not answer as a mail server" in delivery.said


async def test_an_hour_without_a_server_is_told_once(
    box: Mailbox, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    await box.stop()
    with caplog.at_level(logging.ERROR):
        for _ in range(60):
            assert (await post.send()).outcome is Outcome.AWAY
    assert len(caplog.records) == 1 and post.gauges == {"away": 1}
    await box.start()
    assert (await post.send()).outcome is Outcome.SENT
    assert post.gauges == {"away": 0}


async def test_a_server_that_hangs_holds_up_no_stop(
    box: Mailbox, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All its connections together get one short time."""
    monkeypatch.setattr(connections, "GOODBYE_SECONDS", 0.05)
    await asyncio.gather(*(post.send() for _ in range(5)))
    asked = []

    async def never(self: SMTP, **how: object) -> None:
        asked.append(self)
        await asyncio.Event().wait()

    monkeypatch.setattr(SMTP, "quit", never)
    await post.plugin.stop()
    assert len(asked) == 5 and not any(client.is_connected for client in asked)


# --- TLS and passwords --------------------------------------------------------------------------------------------


def server_side(authority: Authority) -> ssl.SSLContext:
    """A certificate for localhost and no other name."""
    identity = authority.issue()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    return context


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_mail_goes_over_tls_with_a_password(authority: Authority, security: Security) -> None:
    kind = "tls" if security is Security.TLS else "starttls"
    async with mailbox(**{kind: server_side(authority)}, user="renkei", password="pässword") as box:
        how = {"host": "localhost", "security": security, "authority": str(authority.certificate)}
        async with Post(box.port, PASSWORD, user="renkei", **how) as post:
            assert (await post.send()).outcome is Outcome.SENT, security
    assert len(box.mails) == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_wrong_name_or_an_unknown_authority_gets_no_mail(
    authority: Authority, security: Security, tmp_path_factory: pytest.TempPathFactory
) -> None:
    kind = "tls" if security is Security.TLS else "starttls"
    other = Authority(tmp_path_factory.mktemp("other"), "other")
    async with mailbox(**{kind: server_side(authority)}) as box:
        for host, trusted in (("127.0.0.1", authority), ("localhost", other)):
            async with Post(box.port, host=host, security=security, authority=str(trusted.certificate)) as post:
                delivery = await post.send()
                assert delivery.outcome is Outcome.AWAY
                assert "certificate" in delivery.said.lower()
    assert box.mails == []


async def test_a_server_without_tls_gets_nothing_in_the_clear(authority: Authority, box: Mailbox) -> None:
    how = {"host": "localhost", "authority": str(authority.certificate)}
    async with Post(box.port, PASSWORD, security=Security.STARTTLS, user="renkei", **how) as post:
        assert (await post.send()).outcome is Outcome.AWAY
    assert box.mails == []


async def test_a_wrong_password_is_loud_and_shows_no_password(caplog: pytest.LogCaptureFixture) -> None:
    async with mailbox(user="renkei", password="right") as box, Post(box.port, PASSWORD, user="renkei") as post:
        delivery = await post.send()
        assert delivery.outcome is Outcome.AWAY
        assert "refuses user and password" in delivery.said
        assert "pässword" not in delivery.said + caplog.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_what_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["mail.example.jp", "10.0.0.1", "localhost.example.jp", "192.168.0.1", ""])
def test_what_is_not(host: str) -> None:
    assert not is_loopback(host)
