# SPDX-License-Identifier: Apache-2.0
"""The edge and the closed net on two hosts: two flows over mutual TLS, and nothing else crosses."""

import datetime as dt
import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from appliance.cli.certificates import Authority, Span
from appliance.link.client import LinkClient
from appliance.link.dialling import TlsTarget
from appliance.link.messages import ArriveStaff, AskStatus, OpenMenu
from appliance.link.refusals import Refused, Why
from appliance.link.tls import client_context
from appliance.model.words import Site, Tier
from tests.journeys.core_story import a_notice_reaches_its_office_and_no_other
from tests.journeys.guests import guest
from tests.journeys.installation import TRACEBACK, Installation
from tests.journeys.waiting import until

ON_THE_EDGE = ("portal", "gate")
PEOPLE = ("site/public", "site/portal", "site/console", "site/admin", "tier/vault", "tier/gate", "tier/web")


def free_address() -> tuple[str, int]:
    """A loopback address for one listener."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1", int(probe.getsockname()[1])


class TwoHosts:
    """An edge installation and a closed one. The keys of all callers, forgers included, are in a drawer apart."""

    def __init__(self, closed: Installation, edge: Installation) -> None:
        """Both are copies of one; the edge forgets everything that only the vault may know."""
        self.closed, self.edge = closed, edge
        self.drawer = closed.root / "link"
        self.vault, self.gate = free_address(), free_address()
        self.authority = self.drawer / "authority.pem"
        self._make_certificates()
        for host in (closed, edge):
            text = (
                f'[link]\nvault_address = "127.0.0.1:{self.vault[1]}"\ngate_address = "127.0.0.1:{self.gate[1]}"\n'
                f'authority = "{self.authority}"\ncertificate = "{self.drawer}/{{who}}.pem"\n'
            )
            host.change("[vault]\n", f"{text}\n[vault]\n")
        shutil.rmtree(edge.root / "state")
        for secret in ("master.key", "pepper.key", "journal.key"):
            (edge.root / "credentials" / secret).unlink()

    def _make_certificates(self) -> None:
        self.drawer.mkdir()
        authority = Authority("link", Span.around(dt.datetime.now(dt.UTC)))
        self.authority.write_bytes(authority.pem)
        for person in PEOPLE:
            who = person.partition("/")[2]
            chain, key = authority.issue(person, [x509.UniformResourceIdentifier(f"renkei://{person}")])
            (self.drawer / f"{who}.pem").write_bytes(chain)
            (self.drawer / f"{who}.key").write_bytes(key)
            if who in (*ON_THE_EDGE, "vault"):
                host = self.edge if who in ON_THE_EDGE else self.closed
                secret = host.root / "credentials" / f"link-{who}.key"
                secret.write_bytes(key)
                secret.chmod(0o400)

    def caller(self, who: str) -> LinkClient:
        """Somebody who has this certificate and its key, at the vault's listener."""
        certificate, key = (self.drawer / f"{who}.{kind}" for kind in ("pem", "key"))
        return LinkClient(TlsTarget(*self.vault, client_context(self.authority, certificate, key), Tier.VAULT))


@pytest.fixture
def hosts(fund: Installation, sown: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoHosts]:
    """Two hosts, neither running."""
    edge = sown.copy(tmp_path_factory.mktemp("edge"), fund.port)
    yield TwoHosts(fund, edge)
    edge.end()
    assert TRACEBACK not in edge.log, edge.log


async def test_a_notice_crosses_from_the_closed_net_to_the_office(hosts: TwoHosts) -> None:
    hosts.closed.start("vault", "web", "console")
    hosts.edge.start("gate", "web", "portal")
    await a_notice_reaches_its_office_and_no_other(hosts.closed)
    async with guest(hosts.closed, Site.ADMIN) as admin:

        async def sees_the_gate() -> bool:
            return bool((await admin.ask(AskStatus())).gate_connected)

        await until(sees_the_gate)


async def test_neither_console_nor_administrator_nor_a_tier_comes_in_over_the_network(hosts: TwoHosts) -> None:
    hosts.closed.start("vault")
    for who, message in (
        ("console", ArriveStaff("admin", "x")),
        ("admin", AskStatus()),
        ("vault", AskStatus()),
        ("gate", OpenMenu()),
        ("web", OpenMenu()),
    ):
        link = hosts.caller(who)
        with pytest.raises(Refused) as refused:
            await link.ask(message)
        assert refused.value.why is Why.NOT_HERE
        await link.close()
    link = hosts.caller("portal")
    with pytest.raises(Refused) as refused:
        await link.ask(OpenMenu())
    assert refused.value.why is Why.NOT_SIGNED_IN
    await link.close()


async def test_without_a_certificate_of_the_links_own_authority_nobody_is_heard(hosts: TwoHosts) -> None:
    hosts.closed.start("vault")
    other = Authority("somebody else", Span.around(dt.datetime.now(dt.UTC)))
    chain, key = other.issue("portal", [x509.UniformResourceIdentifier("renkei://site/portal")])
    forged = hosts.closed.root / "link" / "forged.pem"
    forged.write_bytes(chain + key)
    for context in (plain_context(hosts.authority), client_context(hosts.authority, forged, forged)):
        link = LinkClient(TlsTarget(*hosts.vault, context, Tier.VAULT))
        with pytest.raises(Refused) as refused:
            await link.ask(OpenMenu())
        assert refused.value.why is Why.AWAY
        await link.close()


def plain_context(authority: Path) -> ssl.SSLContext:
    """Somebody who shows no certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cafile=authority)
    return context
