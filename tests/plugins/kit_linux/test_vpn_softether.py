# SPDX-License-Identifier: Apache-2.0
"""A PC connects by the real SoftEther: the portal and nothing else, until the end of it from either side."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.contracts.kit import KitTunnel
from tests.plugins.kit_linux.vpn_world import (
    ALONE,
    AS_EVER,
    USER,
    World,
    admit,
    in_hub,
    sessions,
    with_softether,
    world,
)
from tests.servers.netns import need_lab, until
from tests.servers.softether import CLIENT, SoftEther, vpn_client

pytestmark = pytest.mark.lab
Scene = tuple[World, SoftEther, KitTunnel]


@pytest.fixture
def there() -> Iterator[Scene]:
    """The PC, the Internet and the fund."""
    need_lab()
    with world() as made, with_softether(made) as (server, tunnel):
        yield made, server, tunnel


async def ready(there: Scene) -> World:
    """The PC has its kit, and its seat is admitted."""
    made, _, tunnel = there
    await made.install(tunnel)
    admit(made)
    return made


def clients(made: World) -> list[int]:
    """The clients of the engine that run on the PC."""
    return [pid for pid in made.pc.pids() if Path(f"/proc/{pid}/exe").resolve() == Path(CLIENT).resolve()]


def command_lines(made: World) -> bytes:
    """Of all that runs on the PC."""
    return b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in made.pc.pids())


async def test_connected_the_portal_alone_and_disconnected_all_as_ever(there: Scene) -> None:
    """R87, R88, R91."""
    made = await ready(there)
    assert made.reached() == AS_EVER
    said = made.runs("connect")
    assert "インターネットもメールも使えません" in said and "[3/3]" in said and "接続しました" in said
    assert made.reached() == ALONE
    assert "から接続しています" in made.runs("status") and "すでに接続しています" in made.runs("connect")
    assert made.tried("uninstall")[0] == 1

    assert "切断しました" in made.runs("disconnect")
    assert made.reached() == AS_EVER and clients(made) == []
    assert "接続していません" in made.runs("status")
    assert made.pc.run("ip", "rule").count("731") == 0 and not (made.own / "vpn").exists()
    made.runs("uninstall")


async def test_who_has_just_left_comes_back_at_once(there: Scene) -> None:
    """A44: the server still counts the session of before, and the kit waits for it."""
    made = await ready(there)
    for _ in "12":
        assert "接続しました" in made.runs("connect")
        assert made.reached() == ALONE
        made.runs("disconnect")
    assert made.reached() == AS_EVER


async def test_ended_by_the_fund_the_internet_is_back_by_itself(there: Scene) -> None:
    """What 「ログアウト」 at the portal does, and the end of the 90 minutes: nobody touches the PC."""
    made = await ready(there)
    made.runs("connect")
    [session] = sessions(made)
    in_hub(made, f"SessionDisconnect {session}")
    until(lambda: made.reached() == AS_EVER, "the Internet is back")
    until(lambda: not (made.own / "connection.json").exists(), "the watch has cleaned up")
    assert sessions(made) == [] and clients(made) == []
    made.runs("connect")
    assert made.reached() == ALONE


async def test_it_disconnects_when_the_appliance_is_gone(there: Scene) -> None:
    made = await ready(there)
    made.runs("connect")
    made.internet.run("ip", "link", "set", "fund", "down")
    assert made.reached() == {"portal": False, "internet": False, "neighbour": False}
    made.runs("disconnect")
    assert made.reached() == AS_EVER and clients(made) == []


async def test_it_disconnects_when_the_client_hangs_and_nobody_remembers(there: Scene) -> None:
    made = await ready(there)
    made.runs("connect")
    for pid in clients(made):
        os.kill(pid, signal.SIGSTOP)
    made.runs("disconnect")
    assert made.reached() == AS_EVER and clients(made) == []
    made.runs("connect")
    (made.own / "connection.json").write_text("{")
    made.runs("disconnect")
    assert made.reached() == AS_EVER


async def test_a_client_that_dies_takes_nothing_with_it(there: Scene) -> None:
    made = await ready(there)
    made.runs("connect")
    for pid in clients(made):
        os.kill(pid, signal.SIGKILL)
    until(lambda: made.reached() == AS_EVER, "the Internet is back")


async def test_a_client_that_is_there_already_is_used_and_left(there: Scene) -> None:
    """A service of the PC, which may have other connections."""
    made = await ready(there)
    with vpn_client(made.pc) as service:
        before = clients(made)
        made.runs("connect")
        assert made.reached() == ALONE and clients(made) == before
        made.runs("disconnect")
        assert made.reached() == AS_EVER and clients(made) == before
        assert service.status("renkei") == ""


async def test_who_is_not_let_in_is_told_and_changed_in_nothing(there: Scene) -> None:
    """Not activated; then a server that is not the fund's."""
    made, _, tunnel = there
    await made.install(tunnel)
    code, said = made.tried("connect")
    assert code == 1 and "有効化が終わっていること" in said and "元に戻しました" in said
    assert made.reached() == AS_EVER and clients(made) == []

    admit(made)
    other = {**tunnel.client, "certificate": (made.own / "device.pem").read_text("ascii")}
    await made.install(replace(tunnel, client=other))
    assert made.tried("connect")[0] == 1
    assert made.reached() == AS_EVER and sessions(made) == []


async def test_a_portal_that_stays_shut_leaves_nobody_without_the_internet(there: Scene) -> None:
    """Outside of the hours the engine may let in whom the gate does not."""
    made = await ready(there)
    made.fund.run("nft", "add table inet shut; add chain inet shut in { type filter hook input priority 0; };"
                  " add rule inet shut in iifname rk-se0 tcp dport 443 drop")  # fmt: skip
    code, said = made.tried("connect")
    assert code == 1 and "サービスを使えませんでした" in said
    assert made.reached() == AS_EVER and clients(made) == []


async def test_keys_stand_in_no_command_line_and_in_files_of_the_owner_alone(there: Scene) -> None:
    made = await ready(there)
    made.runs("connect")
    key = (made.own / "device.key").read_text("ascii").splitlines()[1]
    assert key.encode() not in command_lines(made)
    kept = [path for path in (made.own / "vpn").iterdir() if path.is_file()]
    assert kept and (made.own / "vpn").stat().st_mode & 0o077 == 0
    assert USER in (made.own / "vpn/commands").read_text()
