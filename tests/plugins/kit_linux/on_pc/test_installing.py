# SPDX-License-Identifier: Apache-2.0
"""Installing puts everything in place and can be repeated; uninstalling leaves nothing behind."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from renkei_kit_linux.on_pc import installing
from renkei_kit_linux.on_pc.installing import install, installed, need_no_other, uninstall
from renkei_kit_linux.on_pc.order import Order, Trouble, Words

from tests.plugins.kit_linux.office_pc import OfficePc, order_there


@pytest.fixture(autouse=True)
def no_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are tested elsewhere; here they are files."""

    def make_keys(places: object, order: Order) -> None:
        for file in (places.key, places.certificate, places.wireguard):  # type: ignore[attr-defined]
            file.exists() or file.write_bytes(b"key")

    monkeypatch.setattr(installing, "make_keys", make_keys)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """The file that runs."""
    file = tmp_path / "setup.916237-0000021.01.run"
    file.write_bytes(b"#!")
    return file


def test_everything_is_put_in_place(pc: OfficePc, texts: Words, kit: Path) -> None:
    done = install(pc.places, order_there(), texts, pc.environment, kit)
    assert sorted(path.name for path in pc.places.own.iterdir()) == [
        "authority.pem",
        "device.key",
        "device.pem",
        "renkei-kit",
        "seat.json",
        "wireguard.key",
    ]
    assert pc.places.own.stat().st_mode & 0o777 == 0o700
    assert pc.places.program.stat().st_mode & 0o777 == 0o700
    assert installed(pc.places) == order_there()
    assert done.is_trusted is False, "there is no certutil, so a person has to do it"


def test_a_portal_that_every_browser_knows_needs_nothing(pc: OfficePc, texts: Words, kit: Path) -> None:
    plain = replace(order_there(), authorities="")
    install(pc.places, order_there(), texts, pc.environment, kit)
    assert install(pc.places, plain, texts, pc.environment, kit).is_trusted
    assert not pc.places.authority.exists()


def test_the_same_seat_again_is_a_reinstall(pc: OfficePc, texts: Words, kit: Path) -> None:
    install(pc.places, order_there(), texts, pc.environment, kit)
    kit.write_bytes(b"#! newer")
    newer = replace(order_there(), kit="b" * 26)
    install(pc.places, newer, texts, pc.environment, kit)
    assert installed(pc.places).kit == "b" * 26 and pc.places.program.read_bytes() == b"#! newer"


@pytest.mark.parametrize(
    "other", [order_there(seat=2), replace(order_there(), contract="916237-0000022")], ids=["seat", "contract"]
)
def test_another_seat_is_refused_and_all_stays(pc: OfficePc, texts: Words, kit: Path, other: Order) -> None:
    install(pc.places, order_there(), texts, pc.environment, kit)
    before = {path: path.read_bytes() for path in pc.places.own.iterdir()}
    with pytest.raises(Trouble) as caught:
        install(pc.places, other, texts, pc.environment, kit)
    assert caught.value.word == "other_seat"
    assert caught.value.values["other"] == "setup.916237-0000021.01"
    assert {path: path.read_bytes() for path in pc.places.own.iterdir()} == before


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"contract": 1}'])
def test_a_damaged_seat_is_said(pc: OfficePc, text: str) -> None:
    pc.places.own.mkdir(parents=True)
    pc.places.seat.write_text(text)
    with pytest.raises(Trouble) as caught:
        need_no_other(pc.places, order_there())
    assert caught.value.word == "damaged"


def test_a_kit_of_another_version_is_installed_over(pc: OfficePc, texts: Words, kit: Path) -> None:
    """It may have said less, or more."""
    pc.places.own.mkdir(parents=True)
    pc.places.seat.write_text('{"contract": "916237-0000021", "seat": 1, "mood": "good"}')
    with pytest.raises(Trouble, match="damaged"):
        installed(pc.places)
    install(pc.places, order_there(), texts, pc.environment, kit)
    said = json.loads(pc.places.seat.read_text("utf-8"))
    pc.places.seat.write_text(json.dumps({**said, "mood": "good"}))
    assert installed(pc.places) == order_there()


def test_uninstalling_leaves_nothing(pc: OfficePc, texts: Words, kit: Path) -> None:
    install(pc.places, order_there(), texts, pc.environment, kit)
    uninstall(pc.places, order_there(), texts, pc.environment)
    assert [path for path in pc.home.rglob("*") if path.is_file()] == []
    with pytest.raises(Trouble, match="not_installed"):
        uninstall(pc.places, order_there(), texts, pc.environment)


def test_what_is_damaged_can_be_uninstalled(pc: OfficePc, texts: Words, kit: Path) -> None:
    install(pc.places, order_there(), texts, pc.environment, kit)
    pc.places.seat.write_text("{")
    uninstall(pc.places, order_there(), texts, pc.environment)
    assert not pc.places.own.exists()
