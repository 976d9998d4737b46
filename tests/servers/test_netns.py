# SPDX-License-Identifier: Apache-2.0
"""The machines, the real engines and their clients that other tests are played on."""

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.netns import (
    ETC,
    Machine,
    attached,
    cable,
    is_gone,
    lab_missing,
    machine,
    need_lab,
    resident,
    until,
)
from tests.servers.softether import PASSWORD, SoftEther, softether, vpn_client
from tests.servers.wireguard import key_pair, wireguard

HUB = "TEST"


def test_what_is_missing_is_named() -> None:
    assert "no-such-program" in lab_missing("no-such-program")


def test_a_test_that_lacks_something_is_skipped_with_its_name() -> None:
    with pytest.raises(pytest.skip.Exception, match=r"needs .*no-such-program"):
        need_lab("no-such-program")


# Its first thread ends at once, another waits for the end of the input.
HEADLESS = """
import ctypes, sys, threading
threading.Thread(target=sys.stdin.read).start()
print("there", flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""


def test_a_process_is_there_as_long_as_any_of_its_threads() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HEADLESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        until(lambda: _state(process.pid) == "Z", "its first thread has ended")
        assert not is_gone(process.pid)
        process.stdin.close()
        until(lambda: is_gone(process.pid), "the other one has ended too")


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]


@pytest.fixture
def pair() -> Iterator[tuple[Machine, Machine]]:
    """A server and a PC with a cable between them."""
    need_lab()
    with machine("server") as server, machine("pc") as pc:
        cable(server, "eth0", "198.51.100.9/24", pc, "eth0", "198.51.100.10/24")
        yield server, pc


@pytest.mark.lab
def test_a_machine_leaves_nothing_behind() -> None:
    need_lab()
    with pytest.raises(RuntimeError, match="in the middle"), machine("gone") as made:
        running = made.start("sleep", "infinity")
        raise RuntimeError("in the middle")
    assert running.wait(5) == -9
    assert made.name not in subprocess.run(["ip", "netns"], check=True, capture_output=True, text=True).stdout
    assert not (ETC / made.name).exists() and not made.folder.exists()


@pytest.mark.lab
def test_a_machine_has_its_own_network_and_folders(pair: tuple[Machine, Machine]) -> None:
    server, pc = pair
    assert "198.51.100.10" in pc.run("ip", "address") and "198.51.100.10" not in server.run("ip", "address")
    pc.run("sh", "-c", "echo mine >/run/wireguard/mark")
    assert (pc.private("/run/wireguard") / "mark").read_text() == "mine\n"
    assert server.run("ls", "/run/wireguard") == "" and not Path("/run/wireguard/mark").exists()
    assert "default" not in pc.run("ip", "route") and pc.run("cat", "/etc/resolv.conf") == ""
    with pytest.raises(AssertionError, match="false in rk"):
        pc.run("false")


@pytest.mark.lab
def test_a_resident_has_the_network_of_its_machine(pair: tuple[Machine, Machine]) -> None:
    server, pc = pair
    listening = server.socket()
    listening.bind(("198.51.100.9", 0))
    listening.listen()

    async def knock() -> str:
        _, writer = await asyncio.open_connection(*listening.getsockname())
        writer.close()
        program = await asyncio.create_subprocess_exec("ip", "-br", "address", stdout=asyncio.subprocess.PIPE)
        return (await program.communicate())[0].decode()

    with resident(pc) as there:
        assert "198.51.100.10" in there.run(knock()), "programs have it, too"
    listening.close()


@pytest.mark.lab
def test_the_network_of_another_process_is_a_machine_too() -> None:
    need_lab()
    with machine("owner") as owner, machine("pc") as pc:
        running = owner.start("sleep", "infinity")
        with attached(running.pid, "its") as its:
            cable(its, "eth0", "198.51.100.9/24", pc, "eth0", "198.51.100.10/24")
            assert "198.51.100.9" in owner.run("ip", "address") and its.run("true") == ""
        assert running.poll() is None, "it goes on"
        running.kill()
        running.wait(5)


@pytest.mark.lab
def test_a_real_server_and_a_real_client(pair: tuple[Machine, Machine], tmp_path: Path) -> None:
    server, pc = pair
    certificate, key = own_certificate(tmp_path)
    with softether(server, "198.51.100.9") as engine:
        api(engine, "CreateHub", HubName_str=HUB, HubType_u32=0, Online_bool=True, AdminPasswordPlainText_str="hub")
        user = {"HubName_str": HUB, "Name_str": "pc1", "AuthType_u32": 2}
        api(engine, "CreateUser", **user, UserX_bin=base64.b64encode(certificate.read_bytes()).decode())
        api(engine, "EnableSecureNAT", HubName_str=HUB)
        with vpn_client(pc) as client:
            interface = client.account("a", "198.51.100.9:443", HUB, "pc1", certificate, key)
            client.connect("a")
            client.connected("a")
            assert client.lease(interface).startswith("192.168.30.")
            client.disconnect("a")
        engine.kill9()
        engine.start()
        assert "result" in api(engine, "Test", IntValue_u32=0)


@pytest.mark.lab
def test_wireguard_between_two_machines(pair: tuple[Machine, Machine]) -> None:
    server, pc = pair
    ours, theirs = key_pair(), key_pair()
    with (
        wireguard(server, "rk-wg0", ours, "10.8.0.1/24", 51820) as there,
        wireguard(pc, "rk-wg0", theirs, "10.8.0.2/24") as here,
    ):
        there.peer(theirs.public, allowed="10.8.0.2/32")
        here.peer(ours.public, "198.51.100.9:51820", allowed="10.8.0.0/24")
        assert not here.handshook()
        pc.run("ping", "-c", "1", "-W", "5", "10.8.0.1")
        assert here.handshook() and there.handshook()


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """Self-signed, as a kit makes it."""
    certificate, key = folder / "pc.crt", folder / "pc.key"
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pc1", "-days", "2"]
    subprocess.run([*making, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def api(engine: SoftEther, method: str, **params: Any) -> dict[str, Any]:
    """One call of the server's API, from its own machine."""
    body = json.dumps({"jsonrpc": "2.0", "id": "1", "method": method, "params": params})
    head = ("-H", f"X-VPNADMIN-PASSWORD: {PASSWORD}", "-H", "Content-Type: application/json")
    said = engine.machine.run("curl", "-sSk", "-m", "10", *head, "-d", body, f"https://{engine.listen}/api/")
    answer: dict[str, Any] = json.loads(said)
    assert "error" not in answer, f"{method}: {said}"
    return answer
