# SPDX-License-Identifier: Apache-2.0
"""`renkei serve`: which words, what systemd hears, how it ends, and how it fails."""

import argparse
import signal
import socket
import ssl
import urllib.request

import pytest

from appliance.cli.failure import NotUnderstood
from appliance.cli.serving import WORDS, chosen
from appliance.model.words import WEB_SITES, Site
from tests.appliance.cli.command import Installation, Serving

ADDRESSES = ("127.0.0.11", "127.0.0.12", "127.0.0.13")


def given(*tiers: str, is_all: bool = False) -> argparse.Namespace:
    """What the parser hands over."""
    return argparse.Namespace(all=is_all, tiers=list(tiers))


@pytest.mark.parametrize(
    ("tiers", "wanted", "sites"),
    [
        (("web",), {"web"}, WEB_SITES),
        (("web", "console", "portal"), {"web"}, (Site.PORTAL, Site.CONSOLE)),
        (("vault",), {"vault"}, WEB_SITES),
        (("vault", "web", "console"), {"vault", "web"}, (Site.CONSOLE,)),
        (("gate", "vault"), {"gate", "vault"}, WEB_SITES),
    ],
)
def test_the_tiers_and_sites(tiers: tuple[str, ...], wanted: set[str], sites: tuple[Site, ...]) -> None:
    assert chosen(given(*tiers)) == (frozenset(wanted), sites)


def test_all() -> None:
    assert chosen(given(is_all=True)) == (frozenset(WORDS), WEB_SITES)


@pytest.mark.parametrize("tiers", [(), ("portal",), ("vault", "portal"), ("web", "admin"), ("wed",)])
def test_words_without_sense(sown: Installation, tiers: tuple[str, ...]) -> None:
    with pytest.raises(NotUnderstood):
        chosen(given(*tiers))
    ran = sown.renkei("serve", *tiers)
    assert ran.code == 2 and ran.said.startswith("say --all, or some of")


def test_all_and_some_contradict_each_other() -> None:
    with pytest.raises(NotUnderstood):
        chosen(given("vault", is_all=True))


def page(made: Installation, address: str) -> int:
    """The status of the first page of a site."""
    context = ssl.create_default_context(cafile=str(made.root / "certificates" / "trusted.pem"))
    with urllib.request.urlopen(f"https://{address}:{made.port}/", context=context, timeout=20) as answer:
        return int(answer.status)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_all_tiers_until_they_are_told_to_stop(made: Installation, how: signal.Signals) -> None:
    with Serving(made, "--all") as serving:
        assert [page(made, address) for address in ADDRESSES[1:]] == [200, 200]
        assert made.renkei("status", "--json").json["gate_connected"] is True
        said = serving.stop(how)
    assert serving.process.returncode == 0
    assert "Traceback" not in said and "ERROR" not in said
    assert not list((made.root / "run").rglob("*.sock"))


def test_what_systemd_hears(made: Installation) -> None:
    with Serving(made, "gate", environment={"WATCHDOG_USEC": "20000"}) as serving:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(made.root / "n"))
            manager.settimeout(20)
            assert manager.recv(100) == b"WATCHDOG=1"
            serving.process.terminate()
            heard = {manager.recv(100)}
            while b"STOPPING=1" not in heard:
                heard.add(manager.recv(100))
        assert heard <= {b"WATCHDOG=1", b"STOPPING=1"}
        serving.process.communicate(timeout=20)  # a second signal, while it ends, would find nobody who handles it
    assert serving.process.returncode == 0


def test_figures_of_the_process(made: Installation) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    made.replace('[gate]\nmetrics = ""', f'[gate]\nmetrics = "{place}"')
    with Serving(made, "gate"), urllib.request.urlopen(f"http://{place}/metrics", timeout=20) as answer:
        assert b"# TYPE renkei_" in answer.read()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('[vault]\nmetrics = ""', '[vault]\nmetrics = "9611"', "vault.metrics: '9611' is not host:port"),
        ("[plugins.blobs_files]", "[plugins.blobs_flies]", "[plugins.blobs_flies]: this plugin is not installed"),
        ("portal.pem", "missing.pem", "sites.portal.certificate: there is no file "),
        ('address = "127.0.0.13"', 'address = "192.0.2.1"', "sites.console: cannot listen on 192.0.2.1:"),
    ],
)
def test_a_start_that_fails_stops_what_was_begun(made: Installation, old: str, new: str, said: str) -> None:
    made.replace(old, new)
    ran = made.renkei("serve", "--all")
    assert ran.code == 1 and said in ran.said
    assert not list((made.root / "run").rglob("*.sock"))
    made.replace(new, old)
    assert made.renkei("journal", "verify", "--offline").code == 0


def test_a_secret_that_is_missing(made: Installation) -> None:
    (made.root / "credentials" / "tls-console.key").unlink()
    ran = made.renkei("serve", "--all")
    assert ran.code == 1 and "tls-console.key: this credential is missing" in ran.said


def test_an_address_that_is_taken(made: Installation) -> None:
    with socket.socket() as taken:
        taken.bind((ADDRESSES[1], made.port))
        taken.listen()
        ran = made.renkei("serve", "--all")
    assert (
        ran.code == 1
        and f"sites.portal: cannot listen on {ADDRESSES[1]}:{made.port}: something listens there" in ran.said
    )


def test_a_second_one_is_refused(running: Installation) -> None:
    ran = running.renkei("serve", "vault")
    assert ran.code == 1 and "in use by another vault" in ran.said
    assert running.renkei("status").code == 0


def test_a_run_folder_with_too_long_a_name(made: Installation) -> None:
    long = made.root / ("x" * 100)
    made.replace(f'run = "{made.root}/run"', f'run = "{long}"')
    ran = made.renkei("serve", "gate")
    assert ran.code == 1 and "AF_UNIX path too long" in ran.said
