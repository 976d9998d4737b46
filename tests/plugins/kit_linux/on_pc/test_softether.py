# SPDX-License-Identifier: Apache-2.0
"""SoftEther's client of the PC: how it is told to connect, and how it ends. Real ones: test_vpn_softether.py."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from renkei_kit_linux.on_pc import softether
from renkei_kit_linux.on_pc.connection import Connection, remember, remembered
from renkei_kit_linux.on_pc.leasing import Lease
from renkei_kit_linux.on_pc.order import Trouble, Tunnel
from renkei_kit_linux.on_pc.routing import Way
from renkei_kit_linux.on_pc.softether import SoftEther, end, is_up

from tests.plugins.kit_linux.office_pc import OfficePc

CLIENT = {"host": "198.18.0.9", "port": "443", "hub": "RENKEI", "certificate": "PEM OF THE SERVER"}
TUNNEL = Tunnel("tunnel_softether", "a" * 26, "", CLIENT, 90)
FRESH = Connection("ab12", "tunnel_softether", "", "2026-11-22T05:00:00Z")


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Where everything goes; the client connects at once, and gets an address."""
    taken = list[object]()
    monkeypatch.setattr(softether, "answers", lambda: True)
    monkeypatch.setattr(softether, "is_up", lambda interface: interface == "vpn_renkei")
    monkeypatch.setattr(softether, "leased", lambda interface, folder: Lease("10.0.0.100/24", "10.0.0.10"))
    monkeypatch.setattr(softether, "take", taken.append)
    return taken


def connected(pc: OfficePc) -> Connection:
    pc.places.own.mkdir(parents=True, exist_ok=True)
    return SoftEther(pc.places, TUNNEL).connect(FRESH, lambda one: remember(pc.places, one))


def test_the_setting_pins_the_server_and_is_never_tried_again_by_itself(
    pc: OfficePc, ways: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = list[str]()
    monkeypatch.setattr(softether, "commanded", lambda folder, commands, may_fail: lines.extend(commands))
    made = connected(pc)
    assert made.interface == "vpn_renkei" and remembered(pc.places) == made
    assert f"AccountCreate renkei /SERVER:198.18.0.9:443 /HUB:RENKEI /USERNAME:{'a' * 26} /NICNAME:renkei" in lines
    assert f'AccountCertSet renkei /LOADCERT:"{pc.places.certificate}" /LOADKEY:"{pc.places.key}"' in lines
    assert "AccountServerCertEnable renkei" in lines and "AccountRetrySet renkei /NUM:0 /INTERVAL:5" in lines
    assert (lines[0], lines[-1]) == ("RemoteDisable", "AccountConnect renkei")
    assert (pc.places.own / "vpn/server.pem").read_text() == "PEM OF THE SERVER"
    assert ways == [Way("vpn_renkei", "10.0.0.100/24", "10.0.0.10", "198.18.0.9", "443", "tcp")]


def test_a_client_of_our_own_that_does_not_listen_is_exchanged_once(
    pc: OfficePc, ways: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, started, told = list[int](), iter([71, 72]), iter([Trouble("not_done", detail="x"), None])
    running = iter([False, True, False, False, True])

    def commanded(*given: object) -> None:
        if trouble := next(told):
            raise trouble

    monkeypatch.setattr(softether, "answers", lambda: next(running))
    monkeypatch.setattr(softether, "start", lambda folder: next(started))
    monkeypatch.setattr(softether, "end", ended.append)
    monkeypatch.setattr(softether, "commanded", commanded)
    connected(pc)
    assert ended == [71] and (pc.places.own / "vpn/process").read_text() == "72"


def test_a_service_of_the_pc_that_refuses_is_left_alone(
    pc: OfficePc, ways: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def commanded(*given: object) -> None:
        raise Trouble("not_done", detail="AccountCreate: 38")

    monkeypatch.setattr(softether, "commanded", commanded)
    with pytest.raises(Trouble, match="not_done"):
        connected(pc)
    assert ways == []


@pytest.fixture
def told(ways: list[object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the client is told; it says no to all of it. Each look takes a second."""
    said, clock = list[str](), iter(range(100))
    monkeypatch.setattr(softether, "commanded", lambda *given: None)
    monkeypatch.setattr(softether, "until", lambda look, most: look())
    monkeypatch.setattr(softether, "seconds", lambda: next(clock))
    monkeypatch.setattr(softether, "pause", lambda length: said.append(f"pause {length}"))
    monkeypatch.setattr(softether, "asked", lambda *words: said.append(words[0]))
    return said


def test_who_is_refused_is_told_once_no_session_of_before_can_be_the_cause(
    pc: OfficePc, ways: list[object], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(softether, "is_up", lambda interface: False)
    with pytest.raises(Trouble) as caught:
        connected(pc)
    assert (caught.value.word, ways) == ("not_let_in", [])
    assert told == ["AccountStatusGet", "AccountConnect"] * 7 + ["AccountStatusGet"]


def test_who_gets_no_address_asks_again_when_the_session_of_before_is_forgotten(
    pc: OfficePc, ways: list[object], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: Iterator[Trouble | Lease] = iter([Trouble("no_address"), Lease("10.0.0.101/24", "10.0.0.10")])

    def leased(interface: str, folder: Path) -> Lease:
        one = next(tries)
        if isinstance(one, Trouble):
            raise one
        return one

    monkeypatch.setattr(softether, "leased", leased)
    connected(pc)
    assert told == ["AccountDisconnect", "pause 8", "AccountConnect"]
    assert ways == [Way("vpn_renkei", "10.0.0.101/24", "10.0.0.10", "198.18.0.9", "443", "tcp")]


def test_a_kit_that_does_not_know_where_to_go(pc: OfficePc) -> None:
    with pytest.raises(Trouble, match="no_tunnel"):
        SoftEther(pc.places, Tunnel("tunnel_softether", "a", "", {"host": "198.18.0.9"})).connect(FRESH, print)


def test_what_is_missing_is_told(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(pc.folder / "bin"))
    for name in ("ip", "udhcpc", "vpncmd"):
        pc.program(name, "exit 0")
    monkeypatch.setattr(softether, "CLIENT", pc.folder / "none")
    monkeypatch.setattr(softether, "answers", lambda: True)
    SoftEther(pc.places, TUNNEL).need()
    monkeypatch.setattr(softether, "answers", lambda: False)
    with pytest.raises(Trouble) as caught:
        SoftEther(pc.places, TUNNEL).need()
    assert caught.value.values["package"] == "softether-vpnclient"


def test_disconnecting_takes_folder_and_process_also_when_nothing_is_remembered(
    pc: OfficePc, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, told = list[int](), list[tuple[str, ...]]()
    monkeypatch.setattr(softether, "answers", lambda: True)
    monkeypatch.setattr(softether, "asked", lambda *words: told.append(words))
    monkeypatch.setattr(softether, "end", ended.append)
    engine = SoftEther(pc.places, TUNNEL)
    (pc.places.own / "vpn").mkdir(parents=True)
    (pc.places.own / "vpn/process").write_text("71")
    engine.disconnect(None)
    engine.disconnect(FRESH)
    assert ended == [71] and told[0] == ("AccountDisconnect", "renkei")
    assert not (pc.places.own / "vpn").exists()


@pytest.mark.parametrize(
    "told", [{"hub": "R\nAccountDelete x"}, {"port": "443 /CMD"}, {"host": "-h"}, {"hub": ""}, {"hub": 'R"'}]
)
def test_what_is_more_than_a_word_goes_into_no_command(
    pc: OfficePc, ways: list[object], monkeypatch: pytest.MonkeyPatch, told: dict[str, str]
) -> None:
    """Who speaks for the engine commands no administrator's PC."""
    monkeypatch.setattr(softether, "commanded", lambda *given: pytest.fail("commanded"))
    tunnel = Tunnel("tunnel_softether", "a" * 26, "", {**CLIENT, **told})
    pc.places.own.mkdir(parents=True)
    with pytest.raises(Trouble, match="no_tunnel"):
        SoftEther(pc.places, tunnel).connect(FRESH, lambda one: None)
    assert ways == []


def test_only_a_client_is_ended_and_no_other_process_of_its_number(tmp_path: Path) -> None:
    client = tmp_path / "vpnclient"
    client.symlink_to("/bin/sleep")
    with subprocess.Popen([client, "600"]) as ours, subprocess.Popen(["/bin/sleep", "600"]) as other:
        end(ours.pid)
        assert ours.wait(20) < 0
        end(other.pid)
        assert other.poll() is None
        other.kill()
    end(ours.pid)


def test_an_interface_that_is_not_there_is_not_up() -> None:
    assert is_up("lo") is (int(Path("/sys/class/net/lo/flags").read_text(), 16) & 1 == 1)
    assert not is_up("vpn_renkei")
