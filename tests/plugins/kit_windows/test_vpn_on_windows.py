# SPDX-License-Identifier: Apache-2.0
"""「VPN接続を開始」 and 「切断」, run by wine64; the command line of the engine's client takes notes."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from socket import create_server, socket

import pytest
from renkei_kit_windows.settings import Settings

from appliance.contracts.kit import KitOrder, KitTunnel
from tests.plugins.kit_windows.authorities import pem_of
from tests.plugins.kit_windows.wine import Windows
from tests.plugins.kit_windows.workshop import Workshop

pytestmark = pytest.mark.lab
SETTINGS = Settings("/quiet", r"Lab Client\client.exe", client_command=r"Lab Client\vpncmd.exe")
CONFIRM = r"C:\Program Files\RenkeiKit\confirm.exe"
UNINSTALL = r"C:\Program Files\RenkeiKit\uninstall.exe"
FAILED = 100
ENTRIES = {"VPN接続を開始.lnk", "VPN接続を切断.lnk"}
USER = "a" * 26


def ordered(workshop: Workshop, **changed: object) -> KitOrder:
    """One that connects by SoftEther."""
    certificate = pem_of(workshop.authority)
    said = {"host": "198.18.0.9", "port": "443", "hub": "RENKEI", "certificate": certificate}
    tunnel = KitTunnel("tunnel_softether", USER, "", said, 90)
    return replace(workshop.order, **{"authorities": "", "tunnels": (tunnel,), **changed})  # type: ignore[arg-type]


async def kit(workshop: Workshop, **changed: object) -> Path:
    """Its kit."""
    return await workshop.kit(ordered(workshop, **changed), SETTINGS)


@pytest.fixture
def pc(windows: Windows, workshop: Workshop) -> Iterator[Windows]:
    """The PC, with the command line of the client, and nothing of ours on it."""
    there = windows.drive / "Program Files/Lab Client"
    there.mkdir(exist_ok=True)
    shutil.copy(workshop.command, there / "vpncmd.exe")
    yield windows
    if windows.installed.exists():
        windows.run(UNINSTALL, "/S")
        windows.registry()
    for name in ("vpncmd.log", "fails.txt", "connected.txt"):
        (windows.drive / name).unlink(missing_ok=True)


@pytest.fixture
def portal() -> Iterator[str]:
    """Where the portal takes connections."""
    with create_server(("127.0.0.1", 0)) as server:
        yield f"https://127.0.0.1:{server.getsockname()[1]}/"


def nowhere() -> str:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"https://127.0.0.1:{free.getsockname()[1]}/"


async def set_up(workshop: Workshop, pc: Windows, **changed: object) -> None:
    """The kit, and the keys of the PC."""
    assert pc.run(await kit(workshop, **changed), "/S") == 0
    assert pc.run(CONFIRM, "/S", pc.path(workshop.folder)) == 0
    for code in workshop.folder.glob("確認コード*"):
        code.unlink()


def commands(pc: Windows) -> list[str]:
    """What the client was told, with the first lines of the files that it was given."""
    log = pc.drive / "vpncmd.log"
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return [line.removeprefix("localhost /CLIENT /CMD ") for line in lines]


async def test_the_setting_is_made_beside_the_confirmation_code(workshop: Workshop, pc: Windows) -> None:
    """So that the client's own window has it, too (R87): this server, this certificate, and no second try."""
    await set_up(workshop, pc)
    told = commands(pc)
    made = f"AccountCreate renkei /SERVER:198.18.0.9:443 /HUB:RENKEI /USERNAME:{USER} /NICNAME:VPN"
    assert told[:5] == ["RemoteDisable", "NicCreate VPN", "AccountDisconnect renkei", "AccountDelete renkei", made]
    keys = r"C:\ProgramData\RenkeiKit\916237-0000021.01"
    assert told[5] == rf"AccountCertSet renkei /LOADCERT:{keys}.crt /LOADKEY:{keys}.key"
    assert (told[6].strip(), told[8].strip()) == ("-----BEGIN CERTIFICATE-----", "-----BEGIN RSA PRIVATE KEY-----")
    assert told[10].startswith("AccountServerCertSet renkei /LOADCERT:")
    assert told[12].strip() == ordered(workshop).tunnels[0].client["certificate"].splitlines()[1]
    assert told[13:] == ["AccountServerCertEnable renkei", "AccountRetrySet renkei /NUM:0 /INTERVAL:5"]
    assert names(pc.menu) >= ENTRIES
    assert not list(pc.drive.rglob("renkei-*.crt"))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_it_connects_until_the_portal_answers_and_disconnects(
    workshop: Workshop, pc: Windows, portal: str
) -> None:
    await set_up(workshop, pc, portal_url=portal)
    commands(pc)
    said = pc.said(CONFIRM, "connect")
    assert said.returncode == 0 and "接続しました" in said.stdout and "メールの番号を控えて" in said.stdout
    assert commands(pc)[-1] == "AccountConnect renkei" and (pc.drive / "connected.txt").exists()

    (pc.drive / "fails.txt").write_text("AccountDisconnect")
    said = pc.said(CONFIRM, "disconnect")
    assert said.returncode == FAILED and "再起動してください" in said.stderr
    (pc.drive / "fails.txt").unlink()
    commands(pc)
    for _ in range(2):
        said = pc.said(CONFIRM, "disconnect")
        assert said.returncode == 0 and "また使えます" in said.stdout
    assert commands(pc)[0] == "AccountDisconnect renkei" and not (pc.drive / "connected.txt").exists()


async def test_who_is_not_let_in_is_told_and_nothing_stays_that_trusts_any_server(
    workshop: Workshop, pc: Windows
) -> None:
    await set_up(workshop, pc, portal_url=nowhere())
    (pc.drive / "fails.txt").write_text("AccountStatusGet")
    said = pc.said(CONFIRM, "connect")
    assert said.returncode == FAILED and "有効化が終わっていること" in said.stderr
    assert commands(pc)[-1] == "AccountDisconnect renkei" and not (pc.drive / "connected.txt").exists()

    for broken in ("AccountCertSet", "AccountServerCertSet", "AccountServerCertEnable"):
        (pc.drive / "fails.txt").write_text(broken)
        said = pc.said(CONFIRM, "connect")
        assert said.returncode == FAILED and "接続設定を作れませんでした" in said.stderr
        told = commands(pc)
        assert told[-1] == "AccountDelete renkei" and "AccountConnect renkei" not in told


async def test_what_is_missing_is_said_and_the_code_is_made_all_the_same(workshop: Workshop, pc: Windows) -> None:
    """First the key, and then the client, which somebody took away."""
    assert pc.run(await kit(workshop), "/S") == 0
    said = pc.said(CONFIRM, "connect")
    assert said.returncode == FAILED and "インストール確認" in said.stderr and commands(pc) == []
    (pc.drive / "Program Files/Lab Client/vpncmd.exe").unlink()
    await set_up(workshop, pc)
    for word in ("connect", "disconnect"):
        said = pc.said(CONFIRM, word)
        assert said.returncode == FAILED and "VPNクライアントが見つかりません" in said.stderr


async def test_taken_off_the_setting_is_gone_and_a_kit_without_a_vpn_has_none(
    workshop: Workshop, pc: Windows
) -> None:
    await set_up(workshop, pc)
    commands(pc)
    assert pc.run(UNINSTALL, "/S") == 0
    pc.registry()
    assert commands(pc) == ["AccountDisconnect renkei", "AccountDelete renkei"] and not pc.menu.exists()

    await set_up(workshop, pc, tunnels=())
    assert not names(pc.menu) & ENTRIES and commands(pc) == []
    said = pc.said(CONFIRM, "connect")
    assert said.returncode == FAILED and "VPNの接続先が入っていません" in said.stderr
