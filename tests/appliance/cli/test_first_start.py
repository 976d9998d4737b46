# SPDX-License-Identifier: Apache-2.0
"""Where all will listen is free, who comes there, and what did not start is told by name."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli import first_start
from appliance.cli.failure import Failure
from appliance.config.load import parse
from appliance.config.settings import Settings

# Of documentation (RFC 5737, RFC 3849): no machine has them.
NOWHERE, NOWHERE_6 = "192.0.2.7", "2001:db8::7"
SYSTEMCTL = """#!/bin/sh
echo "$@" >>{said}
case "$1" in
    {fails}) exit 1 ;;
    list-units) printf '{listed}' ;;
esac
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of loopback on which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def settings(*lines: str) -> Settings:
    """Nothing listens anywhere but where the lines say."""
    nowhere = ['vault.metrics = ""', 'gate.metrics = ""']
    sites = [f'sites.{site}.address = "{NOWHERE}"' for site in ("public", "portal", "console")]
    named = {line.partition(" =")[0] for line in lines}
    kept = [line for line in (*nowhere, *sites) if line.partition(" =")[0] not in named]
    return parse("\n".join([*kept, *lines]), Path("config.toml"))


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (('sites.portal.address = "127.0.0.1"', "sites.portal.port = {port}"), "sites.portal"),
        (('gate.metrics = "127.0.0.1:{port}"',), "gate.metrics"),
        (('sites.console.metrics = "127.0.0.1:{port}"',), "sites.console.metrics"),
    ],
)
def test_what_listens_already_is_named_before_anything_starts(taken: int, lines: tuple[str, ...], key: str) -> None:
    wanted = settings(*(line.format(port=taken) for line in lines))
    with pytest.raises(Failure) as said:
        first_start.refuse_taken(wanted)
    told = f"{key}: cannot listen on 127.0.0.1:{taken}: something listens there already"
    assert str(said.value).startswith(told)


def test_an_address_that_may_come_later_is_not_refused_and_what_is_free_stays_so(taken: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as soon_free:
        free = soon_free.getsockname()[1]
    wanted = settings(
        f'vault.metrics = "127.0.0.1:{free}"',
        f'sites.portal.address = "{NOWHERE_6}"',
        f"sites.portal.port = {taken}",
    )
    first_start.refuse_taken(wanted)
    first_start.refuse_taken(wanted)


def test_who_is_out_of_reach_is_told() -> None:
    public, portal, console = first_start.out_of_reach(settings('sites.public.address = "127.0.0.11"'))
    assert "public: 127.0.0.11 is for this machine alone" in public and "[sites.public]" in public
    assert portal.startswith(f"portal: this machine does not have {NOWHERE} (yet)")
    assert console.startswith("console: ")


def test_an_address_that_others_reach_is_nothing_to_tell() -> None:
    everywhere = [f'sites.{site}.address = "0.0.0.0"' for site in ("public", "portal", "console")]
    assert first_start.out_of_reach(settings(*everywhere)) == []


EVERYWHERE = [f'sites.{site}.address = "0.0.0.0"' for site in ("public", "console")]
INSIDE = [
    *EVERYWHERE,
    'sites.portal.address = "10.0.0.10"',
    'gate.portal = "10.0.0.10"',
    'tunnels.portal = "required"',
]


def test_the_portal_inside_a_vpn_comes_with_its_engine() -> None:
    assert first_start.out_of_reach(settings(*INSIDE, 'plugins.tunnel_softether.listen = "0.0.0.0"')) == []
    [told] = first_start.out_of_reach(settings(*INSIDE[:-1]))
    assert told.startswith("portal: ")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (f'tunnel_softether.listen = "{NOWHERE}"', f"VPN: this machine does not have {NOWHERE} (yet)"),
        ('tunnel_softether.listen = "127.0.0.9"', "VPN: 127.0.0.9 is for this machine alone"),
        ('tunnel_wireguard.dial = "127.0.0.9"', "VPN: 127.0.0.9 is for this machine alone"),
    ],
)
def test_an_engine_to_which_no_pc_comes_is_told(table: str, said: str) -> None:
    [told] = first_start.out_of_reach(settings(*INSIDE, f"plugins.{table}"))
    assert told.startswith(said)


@pytest.mark.parametrize("dial", ["vpn.example.jp", NOWHERE])
def test_a_name_or_an_address_in_front_of_this_machine_is_no_fault_of_wireguard(dial: str) -> None:
    assert first_start.out_of_reach(settings(*INSIDE, f'plugins.tunnel_wireguard.dial = "{dial}"')) == []


def pretend(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, fails: str = "nothing", listed: str = ""
) -> list[list[str]]:
    """A systemctl that fails at a word, and lists these; what it is told, once start_units() has ended."""
    program, said = folder / "systemctl", folder / "said"
    program.write_text(SYSTEMCTL.format(said=said, fails=fails, listed=listed), "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(first_start, "SYSTEMCTL", str(program))
    first_start.start_units()
    return [line.split() for line in said.read_text("utf-8").splitlines()]


def test_systemd_is_told_of_the_configuration_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = pretend(tmp_path, monkeypatch)
    assert told[:2] == [["daemon-reload"], ["enable", "--quiet", "--now", "renkei.target"]]


@pytest.mark.parametrize("word", ["daemon-reload", "enable"])
def test_a_systemd_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    with pytest.raises(Failure, match=r"all is made, but it does not start.*systemctl enable --now renkei\.target"):
        pretend(tmp_path, monkeypatch, fails=word)


def test_what_did_not_start_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = (
        "renkei-vault.service loaded activating auto-restart The vault\\n"
        "renkei-web@portal.socket loaded failed failed Where it listens\\n"
    )
    with pytest.raises(Failure) as said:
        pretend(tmp_path, monkeypatch, listed=listed)
    assert "renkei-vault.service, renkei-web@portal.socket did not start" in str(said.value)
    assert "journalctl -u renkei-vault.service" in str(said.value)


def test_without_units_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_start, "SYSTEMD", tmp_path)
    monkeypatch.setattr(first_start, "TARGET", tmp_path / "renkei.target")
    assert not first_start.is_installed()
    (tmp_path / "renkei.target").touch()
    assert first_start.is_installed()
