# SPDX-License-Identifier: Apache-2.0
"""Kits run as processes of their own on PCs of offices, and the binder understands what they write."""

from pathlib import Path

import pytest
from renkei_device_code.binder import CodeBinder
from renkei_device_code.worthless import Worthless, shipped

from appliance.contracts.device import Evidence, EvidenceUnusable, Likeness
from appliance.contracts.kit import KitOrder
from appliance.model.confirmation import file_name
from appliance.model.devices import Claim, Hint
from appliance.testing.device_suite import bond_of
from appliance.testing.services import fake_services
from tests.plugins.kit_linux.office_pc import SECOND, OfficePc, kit_file, order

BINDER = CodeBinder(Worthless(shipped()), fake_services().in_thread)


async def claimed(pc: OfficePc) -> Claim:
    """What the latest 確認コード on the desktop says."""
    latest = max(pc.confirmations(), key=lambda file: file.stat().st_mtime_ns)
    return await BINDER.examine(Evidence(latest.read_bytes()))


def confirmed(pc: OfficePc, kit: Path) -> None:
    assert pc.run(kit, "--agree").returncode == 0
    assert pc.run(pc.places.program, "confirm").returncode == 0


async def test_from_the_download_to_the_confirmation_code(pc: OfficePc, tmp_path: Path) -> None:
    kit = await kit_file(tmp_path, order())
    installed = pc.run(kit, "--agree")
    assert installed.returncode == 0, installed.stderr
    assert "https://renkei.example.jp/activate/" in installed.stdout
    done = pc.run(pc.places.program, "confirm")
    assert done.returncode == 0, done.stderr
    claim = await claimed(pc)
    assert (claim.contract_number, claim.seat, claim.kit) == ("916237-0000021", 1, "a" * 26)
    assert claim.hints == frozenset()
    assert set(claim.fingerprint) == {"system-uuid", "system-serial", "board-serial", "os-id", "disk.1", "mac.1"}
    assert len(claim.wireguard_key) == 44
    assert claim.short_code in done.stdout
    assert [file.name for file in pc.confirmations()] == [file_name(claim.short_code)]


async def test_it_needs_no_name_of_the_machine_it_was_built_on(pc: OfficePc, tmp_path: Path) -> None:
    """Python is told to look at nothing but the kit."""
    kit = await kit_file(tmp_path, order())
    done = pc.run(kit, "--agree", PYTHONPATH="/nowhere", PYTHONHOME="/nowhere")
    assert done.returncode == 0, done.stderr


async def test_the_same_seat_again_keeps_its_key(pc: OfficePc, tmp_path: Path) -> None:
    """A36: installed anew, by a kit of a later opening."""
    confirmed(pc, await kit_file(tmp_path, order()))
    before = await claimed(pc)
    confirmed(pc, await kit_file(tmp_path, order(kit="b" * 26)))
    after = await claimed(pc)
    assert (after.kit, after.certificate) == ("b" * 26, before.certificate)
    said = await BINDER.recognise(after, [bond_of(before)])
    assert said.bonds == {"bond-1": Likeness.SAME_KEY} and not said.worthless


async def test_after_an_uninstall_the_pc_has_another_key_and_is_the_same(pc: OfficePc, tmp_path: Path) -> None:
    kit = await kit_file(tmp_path, order())
    confirmed(pc, kit)
    before = await claimed(pc)
    assert pc.run(kit, "uninstall").returncode == 0
    confirmed(pc, kit)
    after = await claimed(pc)
    assert after.certificate != before.certificate
    assert (await BINDER.recognise(after, [bond_of(before)])).bonds == {"bond-1": Likeness.SAME_PC}


async def test_one_kit_on_two_pcs_makes_two_devices(pc: OfficePc, tmp_path: Path) -> None:
    """R75: the fund sees it."""
    kit = await kit_file(tmp_path, order())
    other = OfficePc(tmp_path / "other", SECOND)
    confirmed(pc, kit)
    confirmed(other, kit)
    one, two = await claimed(pc), await claimed(other)
    assert one.certificate != two.certificate and one.kit == two.kit
    assert (await BINDER.recognise(two, [bond_of(one)])).bonds == {}


@pytest.mark.parametrize("wanted", [order(seat=2), order("916237-0000022")], ids=["another seat", "another office"])
async def test_a_second_seat_on_one_pc_is_refused(pc: OfficePc, tmp_path: Path, wanted: KitOrder) -> None:
    """R76, A9: nothing of the first is touched."""
    confirmed(pc, await kit_file(tmp_path, order()))
    key = pc.places.key.read_bytes()
    done = pc.run(await kit_file(tmp_path, wanted), "--agree")
    assert done.returncode == 3
    assert "setup.916237-0000021.01" in done.stderr and "複数事業所管理届" in done.stderr
    assert pc.places.key.read_bytes() == key
    assert pc.run(pc.places.program, "confirm").returncode == 0


async def test_nobody_agrees_by_silence(pc: OfficePc, tmp_path: Path) -> None:
    done = pc.run(await kit_file(tmp_path, order()))
    assert done.returncode == 2 and "--agree" in done.stderr
    assert not pc.places.own.exists()


@pytest.mark.parametrize("command", ["confirm", "uninstall"])
async def test_before_it_is_installed(pc: OfficePc, tmp_path: Path, command: str) -> None:
    done = pc.run(await kit_file(tmp_path, order()), command)
    assert done.returncode == 1 and "インストールされていません" in done.stderr


async def test_what_the_desk_should_know_is_in_the_code(pc: OfficePc, tmp_path: Path) -> None:
    """A40: seen, said, and refused by nobody."""
    pc.put("sys/class/dmi/id/sys_vendor", "QEMU\n")
    kit = await kit_file(tmp_path, order())
    done = pc.run(kit, "--agree")
    assert done.returncode == 0 and "仮想環境" in done.stdout
    assert pc.run(kit, "confirm", SSH_CONNECTION="192.0.2.7 1 192.0.2.8 22").returncode == 0
    assert (await claimed(pc)).hints == {Hint.VIRTUAL_MACHINE, Hint.REMOTE_DESKTOP}


async def test_a_prefix_is_found_again_from_the_menu(pc: OfficePc, tmp_path: Path) -> None:
    prefix = tmp_path / "a prefix"
    kit = await kit_file(tmp_path, order())
    assert pc.run(kit, "--agree", "--prefix", str(prefix)).returncode == 0
    entry = (prefix / "share" / "applications" / "renkei-confirm.desktop").read_text("utf-8")
    assert f'--prefix" "{prefix}" confirm' in entry
    assert not pc.places.own.exists()
    assert pc.run(kit, "confirm", "--prefix", str(prefix)).returncode == 0
    assert len(pc.confirmations()) == 1


async def test_without_openssl_people_are_told(pc: OfficePc, tmp_path: Path) -> None:
    kit = await kit_file(tmp_path, order())
    done = pc.run(kit, "--agree", PATH=str(tmp_path))
    assert done.returncode == 1 and "openssl をインストール" in done.stderr
    assert not pc.places.seat.exists()


async def test_a_folder_that_cannot_be_written_is_told(pc: OfficePc, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = pc.run(await kit_file(tmp_path, order()), "--agree", "--prefix", str(tmp_path / "file" / "below"))
    assert done.returncode == 1 and "書き込めません" in done.stderr


async def test_a_kit_that_was_cut_does_nothing(pc: OfficePc, tmp_path: Path) -> None:
    kit = await kit_file(tmp_path, order())
    whole = kit.read_bytes()
    for length in (100, len(whole) // 2, len(whole) - 1):
        kit.write_bytes(whole[:length])
        assert pc.run(kit, "--agree").returncode != 0
    assert not pc.places.own.exists()


async def test_what_somebody_edits_on_the_way_is_refused(pc: OfficePc, tmp_path: Path) -> None:
    confirmed(pc, await kit_file(tmp_path, order()))
    [file] = pc.confirmations()
    file.write_bytes(file.read_bytes().replace(b"seat: 01", b"seat: 02"))
    with pytest.raises(EvidenceUnusable, match="edited"):
        await claimed(pc)
