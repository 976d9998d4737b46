# SPDX-License-Identifier: Apache-2.0
"""Kits by the real makensis, run by wine64: told by the files that they leave, never by an exit code alone."""

import asyncio
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket

import base_installer
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from renkei_device_code import DeviceCode
from renkei_device_code import Settings as BinderSettings
from renkei_kit_windows.appended import FOOTER
from renkei_kit_windows.settings import Settings
from renkei_kit_windows.signing import PROGRAM, Signer

from appliance.contracts.device import Evidence
from appliance.model import confirmation
from appliance.model.devices import Claim, Hint
from appliance.model.diagnosis_file import Checked, Light, diagnosed
from appliance.model.traits import canonical_trait, salt_of, trait_hash
from appliance.testing.services import fake_services
from tests.plugins.kit_windows.authorities import thumbprint
from tests.plugins.kit_windows.code_signing import chain, key, pem
from tests.plugins.kit_windows.kits import parts_of
from tests.plugins.kit_windows.wine import Windows
from tests.plugins.kit_windows.workshop import Workshop

pytestmark = pytest.mark.lab
SETTINGS = Settings(client_arguments="/quiet", client_program=r"Lab Client\client.exe")
NOT_WINDOWS_10, DAMAGED, OTHER_SEAT, CLIENT_FAILED = 10, 11, 12, 13
CONFIRM = r"C:\Program Files\RenkeiKit\confirm.exe"
UNINSTALL = r"C:\Program Files\RenkeiKit\uninstall.exe"
ICON = "SoftEther VPN クライアント接続.lnk"


@pytest.fixture
def pc(windows: Windows) -> Iterator[Windows]:
    """The PC, with nothing of ours on it."""
    yield windows
    if windows.installed.exists():
        windows.run(UNINSTALL, "/S")
        windows.registry()


def confirmed(pc: Windows, folder: Path) -> Path:
    """The file that 「インストール確認」 leaves in a folder."""
    folder.mkdir(exist_ok=True)
    before = {*folder.iterdir()}
    said = pc.said(CONFIRM, "/S", pc.path(folder))
    assert said.returncode == 0, said.stderr
    [made] = {*folder.iterdir()} - before
    return made


async def claim_of(file: Path) -> Claim:
    """What the binder says of a 確認コード."""
    [binder] = DeviceCode(BinderSettings(), fake_services()).register_device()
    return await binder.examine(Evidence(await asyncio.to_thread(file.read_bytes)))


def verifies(file: Path, authorities: Path) -> bool:
    """Whether a signature is what a publisher made."""
    words = [PROGRAM, "verify", "-CAfile", str(authorities), "-in", str(file)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_the_same_sources_make_the_same_bytes(workshop: Workshop) -> None:
    again = workshop.folder / "again.exe"
    base_installer.build(again)
    assert again.read_bytes() == workshop.base.read_bytes()


# --- set up, and cleaned again ------------------------------------------------------------------------------------


async def test_a_pc_has_what_it_needs_and_afterwards_nothing_of_it(workshop: Workshop, pc: Windows) -> None:
    assert pc.run(await workshop.kit(workshop.order, SETTINGS), "/S") == 0
    assert names(pc.installed) == {"authorities.pem", "confirm.exe", "seat.ini", "uninstall.exe"}
    assert (pc.drive / "Program Files/Lab Client/client.exe").read_text() == "/quiet"
    one_time = "ワンタイムパスワード発行・サイト.url"
    diagnosis = "診断ファイルを作る.lnk"
    assert names(pc.menu) == {"インストール確認.lnk", one_time, "電子連携サービス・認証画面.url", diagnosis}
    assert "URL=https://renkei.example.jp/onetime/" in (pc.menu / one_time).read_text()
    assert (pc.desktop / ICON).is_file()
    registry = pc.registry()
    assert thumbprint(workshop.authority) in registry and "916237-0000021.01" in registry
    confirmed(pc, workshop.folder / "cleaned")
    assert names(pc.keys) == {"916237-0000021.01.key", "916237-0000021.01.crt"}

    assert pc.run(UNINSTALL, "/S") == 0
    registry = pc.registry()
    assert thumbprint(workshop.authority) not in registry and "RenkeiKit" not in registry
    assert not any(place.exists() for place in (pc.installed, pc.menu, pc.keys, pc.desktop / ICON))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_fund_without_an_authority_of_its_own_leaves_the_trusted_ones_alone(
    workshop: Workshop, pc: Windows
) -> None:
    assert pc.run(await workshop.kit(replace(workshop.order, authorities=""), SETTINGS), "/S") == 0
    assert "authorities.pem" not in names(pc.installed)
    assert thumbprint(workshop.authority) not in pc.registry()


# --- 確認コード -----------------------------------------------------------------------------------------------


async def test_the_binder_takes_the_confirmation_code(workshop: Workshop, pc: Windows) -> None:
    pc.run(await workshop.kit(workshop.order, SETTINGS), "/S")
    file = confirmed(pc, workshop.folder / "codes")
    claim = await claim_of(file)
    assert (claim.contract_number, claim.seat, claim.kit) == ("916237-0000021", 1, workshop.order.kit)
    assert file.name == confirmation.file_name(claim.short_code)
    assert claim.hints <= {Hint.VIRTUAL_MACHINE}
    guid = re.search(r'"MachineGuid"="([0-9a-f-]{36})"', pc.registry())
    assert guid is not None
    assert claim.fingerprint["os-id"] == trait_hash(canonical_trait(guid[1]), salt_of(claim.contract_number))
    certificate = x509.load_der_x509_certificate(claim.certificate)
    key_file = (pc.keys / "916237-0000021.01.key").read_bytes()
    private = load_pem_private_key(key_file, None)
    assert isinstance(private, rsa.RSAPrivateKey) and private.key_size == 2048
    assert private.public_key() == certificate.public_key()
    assert key_file.splitlines()[1] not in file.read_bytes()


async def test_the_same_seat_again_is_the_same_pc_and_key(workshop: Workshop, pc: Windows) -> None:
    """A36: installed anew over what is there, with a kit of the same seat that was opened again."""
    pc.run(await workshop.kit(workshop.order, SETTINGS), "/S")
    first = await claim_of(confirmed(pc, workshop.folder / "again"))
    assert pc.run(await workshop.kit(replace(workshop.order, kit="b" * 26), SETTINGS), "/S") == 0
    second = await claim_of(confirmed(pc, workshop.folder / "again"))
    assert second.kit == "b" * 26 and second.certificate == first.certificate
    assert second.fingerprint == first.fingerprint and second.short_code != first.short_code


async def test_whoever_was_taken_off_comes_back_with_another_key(workshop: Workshop, pc: Windows) -> None:
    kit = await workshop.kit(workshop.order, SETTINGS)
    claims = []
    for _ in range(2):
        pc.run(kit, "/S")
        claims.append(await claim_of(confirmed(pc, workshop.folder / "back")))
        pc.run(UNINSTALL, "/S")
        pc.registry()
    assert claims[0].certificate != claims[1].certificate and claims[0].fingerprint == claims[1].fingerprint


async def test_a_key_that_was_damaged_is_said_and_not_exchanged(workshop: Workshop, pc: Windows) -> None:
    pc.run(await workshop.kit(workshop.order, SETTINGS), "/S")
    confirmed(pc, workshop.folder / "damaged")
    file = pc.keys / "916237-0000021.01.key"
    file.write_bytes(b"\n".join([file.read_bytes().splitlines()[0], b"MIIEow==", b"-----END RSA PRIVATE KEY-----"]))
    said = pc.said(CONFIRM, "/S", pc.path(workshop.folder / "damaged"))
    assert said.returncode == 100 and "鍵のファイルが壊れています" in said.stderr
    assert len(names(workshop.folder / "damaged")) == 1


# --- 診断ファイル ----------------------------------------------------------------------------------------------


@pytest.fixture
def site(workshop: Workshop) -> Iterator[int]:
    """A public site whose certificate this PC does not know; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(workshop.file("site.pem", chain() + pem(key())))
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(server.serve_forever)
        yield server.server_address[1]
        server.shutdown()
    server.server_close()


async def test_the_desk_can_read_what_is_in_this_pcs_way(workshop: Workshop, pc: Windows, site: int) -> None:
    order = replace(workshop.order, public_url=f"https://127.0.0.1:{site}/")
    pc.run(await workshop.kit(order, SETTINGS), "/S")
    folder = workshop.folder / "diagnosis"
    folder.mkdir()
    for _ in range(2):
        assert pc.run(CONFIRM, "diagnose", pc.path(folder)) == 0
    content = (folder / "診断ファイル.txt").read_bytes()
    found = diagnosed(content)
    assert (found.contract, found.seat, found.unknown) == ("916237-0000021", "01", ())
    lights = {finding.checked: finding.light for finding in found.findings}
    assert lights[Checked.SYSTEM] is Light.GREEN and lights[Checked.CLOCK] is Light.GREEN
    assert lights[Checked.CLIENT] is Light.RED and lights[Checked.BROWSER] is Light.GREY
    assert b"port-443: open\n" in content


async def test_a_site_that_is_not_there_is_said(workshop: Workshop, pc: Windows) -> None:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        order = replace(workshop.order, public_url=f"https://127.0.0.1:{free.getsockname()[1]}/")
    pc.run(await workshop.kit(order, SETTINGS), "/S")
    assert pc.run(CONFIRM, "diagnose", pc.path(workshop.folder)) == 0
    content = (workshop.folder / "診断ファイル.txt").read_text("utf-8")
    assert "port-443: closed\n" in content and "clock-offset" not in content


# --- what is refused ----------------------------------------------------------------------------------------------


async def test_a_second_seat_on_one_pc_is_refused(workshop: Workshop, pc: Windows) -> None:
    """R76, A9; also that of another contract."""
    pc.run(await workshop.kit(workshop.order, SETTINGS), "/S")
    before = (pc.installed / "seat.ini").read_bytes()
    for other in ({"seat": 2}, {"contract_number": "916237-0000022"}):
        assert pc.run(await workshop.kit(replace(workshop.order, **other), SETTINGS), "/S") == OTHER_SEAT
        assert (pc.installed / "seat.ini").read_bytes() == before


@pytest.mark.parametrize("place", ["client", "seat", "footer", "cut", "base alone"])
async def test_a_kit_that_came_damaged_installs_nothing(workshop: Workshop, pc: Windows, place: str) -> None:
    content = bytearray((await workshop.kit(workshop.order, SETTINGS)).read_bytes())
    spots = {"client": workshop.base.stat().st_size + 100, "seat": -FOOTER.size - 40, "footer": -FOOTER.size + 1}
    if place in spots:
        content[spots[place]] ^= 1
    cut = content[: -5 if place == "cut" else workshop.base.stat().st_size] if place not in spots else content
    assert pc.run(workshop.file("damaged.exe", bytes(cut)), "/S") == DAMAGED
    assert not pc.installed.exists()


async def test_where_the_client_fails_nothing_is_registered(workshop: Workshop, pc: Windows) -> None:
    kit = await workshop.kit(workshop.order, replace(SETTINGS, client_arguments="/fails"))
    assert pc.run(kit, "/S") == CLIENT_FAILED
    assert not pc.installed.exists() and "RenkeiKit" not in pc.registry()


async def test_a_client_that_was_called_off_is_noticed(workshop: Workshop, pc: Windows) -> None:
    kit = await workshop.kit(workshop.order, replace(SETTINGS, client_program=r"Lab Client\other.exe"))
    assert pc.run(kit, "/S") == CLIENT_FAILED
    assert not pc.installed.exists() and "RenkeiKit" not in pc.registry()


async def test_where_somebody_has_put_something_else_there_is_no_place_for_keys(
    workshop: Workshop, pc: Windows
) -> None:
    """Anybody may make things in ProgramData: a file here, or a link to the system (wine makes none)."""
    pc.keys.write_bytes(b"no folder at all")
    try:
        assert pc.run(await workshop.kit(workshop.order, SETTINGS), "/S") == 15
    finally:
        pc.keys.unlink()
    assert "RenkeiKit" not in pc.registry() and not pc.installed.exists()


async def test_an_older_windows_is_refused(workshop: Workshop, pc: Windows) -> None:
    """R13."""
    kit = await workshop.kit(workshop.order, SETTINGS)
    pc.set_version("win7")
    try:
        assert pc.run(kit, "/S") == NOT_WINDOWS_10
        assert not pc.installed.exists()
    finally:
        pc.set_version("win10")


# --- signed -------------------------------------------------------------------------------------------------------


async def test_a_signed_kit_verifies_is_the_same_each_time_and_installs(workshop: Workshop, pc: Windows) -> None:
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"{PROGRAM} is not installed: `make apt`")
    signer = Signer(chain(), pem(key()))
    kit = await workshop.kit(workshop.order, SETTINGS, signer)
    content = kit.read_bytes()
    assert (await workshop.kit(workshop.order, SETTINGS, signer)).read_bytes() == content
    authorities = workshop.file("publisher.pem", chain())
    assert verifies(kit, authorities)
    assert workshop.order.client is not None
    client, _, _ = parts_of(content, content[: workshop.base.stat().st_size], signature_at(content))
    assert client == workshop.order.client.file.read_bytes()
    assert pc.run(kit, "/S") == 0 and "confirm.exe" in names(pc.installed)

    spoilt = bytearray(content)
    spoilt[signature_at(content) - FOOTER.size - 60] ^= 1
    assert not verifies(workshop.file("spoilt.exe", bytes(spoilt)), authorities)


def signature_at(content: bytes) -> int:
    """Where the table of certificates begins (PE format, data directory 4)."""
    head = int.from_bytes(content[0x3C:0x40], "little")
    at = head + 24 + 112 + 4 * 8
    return int.from_bytes(content[at : at + 4], "little")
