# SPDX-License-Identifier: Apache-2.0
"""The builder keeps the contract of kit builders, and puts the right seat behind the right base."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from renkei_kit_windows import signing
from renkei_kit_windows.builder import NO_BASE, NO_CLIENT, WindowsKits
from renkei_kit_windows.settings import Settings

from appliance.contracts.kit import KitBuilder, KitNotBuilt
from appliance.testing.kit_suite import ORDER, KitSuite
from tests.plugins.kit_windows.code_signing import signer
from tests.plugins.kit_windows.kits import (
    BASE,
    WithClient,
    client_in,
    content_of,
    in_thread,
    ordered,
    parts_of,
    seat_of,
)


def builder(folder: Path, settings: Settings | None = None, base: bytes = BASE) -> WindowsKits:
    (folder / "base.exe").write_bytes(base)
    made = WindowsKits(settings or Settings(), in_thread)
    made.open(folder / "base.exe", None)
    return made


class TestWindows(KitSuite):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    async def make_builder(self) -> KitBuilder:
        return WithClient(builder(self.folder), client_in(self.folder))


async def test_a_kit_is_the_base_and_what_was_ordered(tmp_path: Path) -> None:
    order = ordered(tmp_path)
    kit = await builder(tmp_path).build(order)
    assert kit.file_name == "setup.916237-0000021.01.exe"
    client, authorities, seat = parts_of(await content_of(kit), BASE)
    assert order.client is not None and client == order.client.file.read_bytes()
    assert authorities.decode() == order.authorities
    assert seat_of(seat)["seat"]["kit"] == order.kit and seat_of(seat)["binding"] == order.binding


async def test_two_kits_are_told_apart_by_their_last_part_alone(tmp_path: Path) -> None:
    order, made = ordered(tmp_path), builder(tmp_path)
    one, other = (
        await content_of(await made.build(order)),
        await content_of(await made.build(replace(order, seat=2))),
    )
    assert order.client is not None
    same = len(BASE) + order.client.size + len(order.authorities)
    assert one[:same] == other[:same] and one[same:] != other[same:]


async def test_without_a_client_there_is_no_kit(tmp_path: Path) -> None:
    made = builder(tmp_path)
    assert (await made.platform()).wants_client
    with pytest.raises(KitNotBuilt, match="add-client"):
        await made.build(ORDER)
    assert "add-client" in NO_CLIENT


async def test_without_a_base_the_platform_says_what_to_do(tmp_path: Path) -> None:
    made = WindowsKits(Settings(), in_thread)
    made.open(tmp_path / "not_built.exe", None)
    assert (await made.platform()).missing == NO_BASE
    with pytest.raises(KitNotBuilt, match="make kit-windows"):
        await made.build(ordered(tmp_path))


async def test_another_client_or_authority_counts_from_the_next_kit_on(tmp_path: Path) -> None:
    order, made = ordered(tmp_path), builder(tmp_path)
    first = await made.build(order)
    other = replace(order, client=client_in(tmp_path, b"MZ another"))
    client, authorities, _ = parts_of(await content_of(await made.build(other)), BASE)
    assert client == b"MZ another"
    _, authorities, _ = parts_of(await content_of(await made.build(replace(other, authorities=""))), BASE)
    assert authorities == b""
    assert (await made.build(ordered(tmp_path))).sha256 == first.sha256


async def test_a_client_that_goes_while_it_is_sent_ends_the_sending(tmp_path: Path) -> None:
    order = ordered(tmp_path)
    kit = await builder(tmp_path).build(order)
    assert order.client is not None
    order.client.file.unlink()
    with pytest.raises(KitNotBuilt, match="cannot be read"):
        await content_of(kit)


async def test_the_version_changes_with_all_that_changes_a_kit(tmp_path: Path) -> None:
    made = [
        builder(tmp_path),
        builder(tmp_path, Settings(client_arguments="/S")),
        builder(tmp_path, Settings(client_program="x.exe")),
        builder(tmp_path, base=b"MZ other"),
    ]
    signs = builder(tmp_path)
    signs.open(tmp_path / "base.exe", signer())
    versions = {(await one.platform()).version for one in [*made, signs]}
    assert len(versions) == 5
    assert (await builder(tmp_path).platform()).version in versions


async def test_a_signer_without_its_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "PROGRAM", "no-such-signer")
    made = builder(tmp_path)
    made.open(tmp_path / "base.exe", signer())
    assert "no-such-signer is not there" in (await made.platform()).missing
    with pytest.raises(KitNotBuilt, match="apt-get install"):
        await made.build(ordered(tmp_path))


async def test_a_thousand_seats_read_the_client_once(tmp_path: Path) -> None:
    order, made, read = ordered(tmp_path), builder(tmp_path), 0

    async def counted(function: object, *args: object) -> object:
        nonlocal read
        read += 1
        return await in_thread(function, *args)  # type: ignore[arg-type]

    made._in_thread = counted  # type: ignore[assignment]
    await made.build(order)
    kits = await asyncio.gather(*(made.build(replace(order, seat=number)) for number in range(1, 100)))
    assert read == 1 and len({kit.sha256 for kit in kits}) == 99


async def test_a_changed_client_is_not_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "is_there", lambda: True)
    monkeypatch.setattr(signing, "_run", lambda words, handle: shutil.copy(words[-3], words[-1]))
    made, order = builder(tmp_path), ordered(tmp_path)
    made.open(tmp_path / "base.exe", signer())
    assert len(await content_of(await made.build(order))) > len(BASE)
    assert order.client is not None
    order.client.file.write_bytes(order.client.file.read_bytes().replace(b"client", b"others"))
    with pytest.raises(KitNotBuilt, match="not the file any more"):
        await made.build(replace(order, seat=2))
