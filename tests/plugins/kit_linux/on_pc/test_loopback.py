# SPDX-License-Identifier: Apache-2.0
"""Connecting in a demo: its engine is told, by the PC's name."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from renkei_kit_linux.on_pc.connection import Connection, remember, remembered
from renkei_kit_linux.on_pc.loopback import Loopback, proof_of
from renkei_kit_linux.on_pc.order import Trouble, Tunnel

from tests.plugins.kit_linux.office_pc import OfficePc

FRESH = Connection("ab12", "tunnel_loopback", "", "2026-11-22T05:00:00Z")


@dataclass
class Engine:
    """The engine of a demo."""

    url: str = ""
    status: int = 204
    told: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Listens until the test ends."""
    made = Engine()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.told.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(made.status)
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server, ThreadPoolExecutor(1) as thread:
        made.url = f"http://127.0.0.1:{server.server_port}/"
        thread.submit(server.serve_forever, 0.01)
        yield made
        server.shutdown()


def loopback(pc: OfficePc, url: str) -> Loopback:
    return Loopback(pc.places, Tunnel("tunnel_loopback", "a" * 26, "", {"url": url}))


def test_it_is_told_by_the_name_of_the_pc(pc: OfficePc, engine: Engine) -> None:
    pc.places.own.mkdir(parents=True)
    ours = loopback(pc, engine.url)
    ours.need()
    assert ours.connect(FRESH, lambda one: remember(pc.places, one)) == FRESH == remembered(pc.places)
    assert ours.is_up(FRESH)
    ours.disconnect(FRESH)
    seat = f"seat={'a' * 26}&certificate="
    assert engine.told == [("/connect", seat), ("/connected", seat), ("/disconnect", seat)]


def test_it_shows_which_pc_it_is(keyed: OfficePc) -> None:
    certificate = x509.load_pem_x509_certificate(keyed.places.certificate.read_bytes())
    assert proof_of(keyed.places) == certificate.fingerprint(SHA256()).hex()


def test_who_is_not_let_in_is_told(pc: OfficePc, engine: Engine) -> None:
    engine.status = 403
    with pytest.raises(Trouble, match="not_let_in"):
        loopback(pc, engine.url).connect(FRESH, lambda one: None)
    assert not loopback(pc, engine.url).is_up(FRESH)


def test_a_demo_that_is_over_is_no_trouble_for_who_leaves(pc: OfficePc, engine: Engine) -> None:
    gone = loopback(pc, "http://127.0.0.1:1/")
    gone.disconnect(None)
    assert not gone.is_up(FRESH)
