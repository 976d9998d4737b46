# SPDX-License-Identifier: Apache-2.0
"""Over the network a caller is what its certificate proves, and nobody without one gets a word through."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from appliance.link.client import LinkClient
from appliance.link.dialling import TlsTarget
from appliance.link.messages import BY_NAME, Menu, OpenMenu, PutPart
from appliance.link.refusals import Refused, Why
from appliance.link.tls import Caller, WrongPeer, client_context, peer_of, require_peer, server_context
from appliance.model.words import Site, Tier
from tests.appliance.link.authority import DAY, Authority, Identity
from tests.appliance.link.both_ends import Link, StartLink, bytes_of, posted
from tests.appliance.link.messages.test_table import example

PORTAL, VAULT = "renkei://site/portal", "renkei://tier/vault"


class Host:
    """A vault that listens on the network, and the authority it trusts."""

    def __init__(self, folder: Path, link: Link) -> None:
        """start() listens."""
        self.authority = Authority(folder)
        self.link = link

    async def start(self, vault: Identity | None = None) -> None:
        """Listen on a free port with this certificate."""
        shown = vault or self.authority.issue(VAULT)
        context = server_context(self.authority.certificate, shown.certificate, shown.key)
        self.address = await self.link.server.listen_tls("127.0.0.1", 0, context)

    @asynccontextmanager
    async def client(self, shown: Identity, trusted: Authority | None = None) -> AsyncIterator[LinkClient]:
        """A client that shows a certificate and trusts an authority."""
        authority = trusted or self.authority
        context = client_context(authority.certificate, shown.certificate, shown.key)
        client = LinkClient(TlsTarget(*self.address, context, Tier.VAULT))
        try:
            yield client
        finally:
            await client.close()


@pytest.fixture
async def host(tmp_path: Path, start_link: StartLink) -> Host:
    """A host that does not listen yet."""
    return Host(tmp_path, await start_link())


async def why(client: LinkClient, message: object | None = None) -> Why:
    """Why a message is refused."""
    with pytest.raises(Refused) as refused:
        await client.ask(message or OpenMenu())
    return refused.value.why


async def test_the_right_certificate_is_its_site(host: Host) -> None:
    await host.start()
    async with host.client(host.authority.issue(PORTAL)) as client:
        for _ in range(3):
            assert (await client.ask(OpenMenu())).reply == Menu(3, False)


async def test_a_message_that_the_proven_site_may_not_send_is_refused_and_reported(host: Host) -> None:
    await host.start()
    async with host.client(host.authority.issue(PORTAL)) as client:
        assert await why(client, example(BY_NAME["ListOffices"].shape)) is Why.NOT_HERE
    assert host.link.refused == [(Site.PORTAL, "ListOffices", "wrong site")]


@pytest.mark.parametrize("site", [Site.CONSOLE, Site.ADMIN])
async def test_console_and_admin_never_come_over_the_network(host: Host, site: Site) -> None:
    await host.start()
    async with host.client(host.authority.issue(f"renkei://site/{site}")) as client:
        assert await why(client) is Why.NOT_HERE
        with pytest.raises(Refused):
            await client.ask(PutPart("u", 0), stream=bytes_of(b"x"))
    names = ["OpenMenu", "PutPart"]
    assert host.link.refused == [(site, name, "wrong listener") for name in names]


@pytest.mark.parametrize("site", [Site.CONSOLE, Site.ADMIN])
async def test_a_listener_for_console_or_admin_cannot_even_be_made(host: Host, site: Site) -> None:
    with pytest.raises(ValueError, match="network"):
        await host.link.server.listen_tls(
            "127.0.0.1", 0, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), callers=frozenset({site})
        )


@pytest.mark.parametrize(
    "uris",
    [
        (),
        ("renkei://tier/gate",),
        ("renkei://site/nowhere",),
        ("renkei://site/",),
        ("renkei://site/portal/",),
        ("RENKEI://SITE/PORTAL",),
        ("https://example.jp/renkei://site/portal",),
        (PORTAL, "renkei://site/public"),
        (PORTAL, "urn:example:other"),
    ],
)
async def test_a_certificate_of_another_name_sends_nothing(host: Host, uris: tuple[str, ...]) -> None:
    await host.start()
    async with host.client(host.authority.issue(*uris)) as client:
        assert await why(client) is Why.NOT_HERE


async def test_a_foreign_authority_is_away(host: Host, tmp_path: Path) -> None:
    await host.start()
    foreign = Authority(tmp_path, "foreign")
    async with host.client(foreign.issue(PORTAL)) as client:
        assert await why(client) is Why.AWAY
    async with host.client(host.authority.issue(PORTAL), trusted=foreign) as client:
        assert await why(client) is Why.AWAY
    assert host.link.observed == []


@pytest.mark.parametrize(("start", "end"), [(-2 * DAY, -DAY), (DAY, 2 * DAY)], ids=["expired", "not yet"])
async def test_a_certificate_out_of_its_time_is_away(host: Host, start: dt.timedelta, end: dt.timedelta) -> None:
    await host.start()
    async with host.client(host.authority.issue(PORTAL, start=start, end=end)) as client:
        assert await why(client) is Why.AWAY
    assert host.link.observed == []


@pytest.mark.parametrize("usage", [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION])
async def test_a_certificate_for_another_purpose_is_away(host: Host, usage: Any) -> None:
    await host.start()
    async with host.client(host.authority.issue(PORTAL, usages=(usage,))) as client:
        assert await why(client) is Why.AWAY


@pytest.mark.parametrize("uri", ["renkei://tier/gate", "renkei://tier/web", PORTAL, "renkei://tier/vault2"])
async def test_a_server_that_is_another_tier_gets_nothing(host: Host, uri: str) -> None:
    await host.start(host.authority.issue(uri))
    async with host.client(host.authority.issue(PORTAL)) as client:
        assert await why(client) is Why.AWAY
    assert host.link.observed == []


async def test_an_expired_server_gets_nothing(host: Host) -> None:
    await host.start(host.authority.issue(VAULT, start=-2 * DAY, end=-DAY))
    async with host.client(host.authority.issue(PORTAL)) as client:
        assert await why(client) is Why.AWAY


async def bare(address: tuple[str, int], context: ssl.SSLContext | None) -> bytes:
    """What somebody who is no client of ours gets to read."""
    try:
        reader, writer = await asyncio.open_connection(*address, ssl=context)
        writer.write(posted(OpenMenu()))
        got = await reader.read()
        writer.close()
        return got
    except OSError:
        return b""


async def test_no_certificate_no_word(host: Host) -> None:
    await host.start()
    context = ssl.create_default_context(cafile=host.authority.certificate)
    context.check_hostname = False
    assert await bare(host.address, context) == b""
    assert await bare(host.address, None) == b""
    assert host.link.observed == []


async def test_an_older_protocol_is_not_spoken(host: Host) -> None:
    await host.start()
    shown = host.authority.issue(PORTAL)
    context = client_context(host.authority.certificate, shown.certificate, shown.key)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert await bare(host.address, context) == b""
    assert host.link.observed == []


async def test_streams_cross_the_network_whole(host: Host) -> None:
    await host.start()
    message = example(BY_NAME["DownloadNotice"].shape)
    async with host.client(host.authority.issue(PORTAL)) as client, client.fetch(message) as fetched:
        assert b"".join([piece async for piece in fetched.chunks()]) == b"0123456789"


def test_contexts_refuse_files_that_are_no_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    good, other = authority.issue(PORTAL), authority.issue(PORTAL)
    with pytest.raises(FileNotFoundError):
        server_context(tmp_path / "none.pem", good.certificate, good.key)
    with pytest.raises(ssl.SSLError):
        client_context(authority.certificate, good.certificate, other.key)


class Shown(asyncio.Transport):
    """A transport whose other side showed these names."""

    def __init__(self, *names: tuple[str, str]) -> None:
        """names as the ssl module gives them."""
        super().__init__({"peercert": {"subjectAltName": names}})
        self.aborted = False

    def abort(self) -> None:
        """Remember."""
        self.aborted = True


@pytest.mark.parametrize(
    ("names", "caller"),
    [
        ((("URI", PORTAL),), Site.PORTAL),
        ((("DNS", "host.example.jp"), ("URI", VAULT)), Tier.VAULT),
        ((("DNS", PORTAL),), None),
        ((("email", PORTAL),), None),
        ((), None),
    ],
)
def test_only_a_uri_names_a_caller(names: tuple[tuple[str, str], ...], caller: Caller | None) -> None:
    assert peer_of(Shown(*names)) == caller


def test_who_showed_no_certificate_is_nobody() -> None:
    assert peer_of(asyncio.Transport({})) is None


def test_the_wrong_tier_is_hung_up_on() -> None:
    wrong, right = Shown(("URI", "renkei://tier/gate")), Shown(("URI", VAULT))
    with pytest.raises(WrongPeer):
        require_peer(wrong, Tier.VAULT)
    require_peer(right, Tier.VAULT)
    assert (wrong.aborted, right.aborted) == (True, False)
