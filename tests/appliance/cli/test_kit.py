# SPDX-License-Identifier: Apache-2.0
"""Kits by the command: listed, made by hand, and run."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from appliance.cli.kit import in_words
from appliance.link.messages import KitBuilderNow, KitList, KitNow
from tests.appliance.cli.command import Installation

CONTRACT = "123456-0000777"


@pytest.fixture(scope="module")
def contracted(running: Installation) -> Installation:
    """The vault that runs, with an office of two seats."""
    words = (
        "--number",
        777,
        "--contract",
        CONTRACT,
        "--name",
        "さくら株式会社",
        "--seats",
        2,
        "--login",
        "Kitadmin77",
    )
    person = ("--name-of-admin", "山田　太郎", "--kana", "ヤマダ　タロウ", "--mail", "taro@sakura.example.jp")
    added = running.renkei("contract", "add", *words, *person)
    assert added.code == 0, added.err
    return running


def test_what_can_be_made(contracted: Installation) -> None:
    ran = contracted.renkei("kit", "list", "--json")
    assert ran.code == 0, ran.err
    [linux] = [row for row in ran.json["builders"] if row["builder"] == "kit_linux"]
    assert (linux["name"], linux["missing"]) == ("Linux", "")


def test_the_kits_of_a_contract(contracted: Installation) -> None:
    ran = contracted.renkei("kit", "list", CONTRACT)
    assert ran.code == 0 and f"seat 02, kit_linux: setup.{CONTRACT}.02.run" in ran.out


def test_a_kit_by_hand_is_a_program(contracted: Installation, tmp_path: Path) -> None:
    ran = contracted.renkei("kit", "build", CONTRACT, 2, "--platform", "kit_linux", "--out", tmp_path, "--json")
    assert ran.code == 0, ran.err
    file = Path(ran.json["file"])
    assert file == tmp_path / f"setup.{CONTRACT}.02.run" and [*tmp_path.iterdir()] == [file]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == ran.json["sha256"]
    said = subprocess.run([sys.executable, "-I", file, "--help"], capture_output=True, text=True, check=True)
    assert "企業年金電子連携サービス" in said.stdout


def test_a_kit_brings_the_authority_of_the_portal(contracted: Installation, tmp_path: Path) -> None:
    ran = contracted.renkei("kit", "build", CONTRACT, 1, "--platform", "kit_linux", "--out", tmp_path, "--json")
    with zipfile.ZipFile(ran.json["file"]) as kit:
        order = json.loads(kit.read("renkei_kit_linux/on_pc/order.json"))
    authority = (contracted.root / "certificates" / "authority.pem").read_text("ascii")
    assert order["authorities"] == authority and "PRIVATE" not in authority


def test_made_again_it_takes_the_place_of_the_first(contracted: Installation, tmp_path: Path) -> None:
    words = ("kit", "build", CONTRACT, 1, "--platform", "kit_linux", "--out", tmp_path)
    first, again = contracted.renkei(*words), contracted.renkei(*words)
    assert first.code == again.code == 0 and first.out == again.out
    assert len([*tmp_path.iterdir()]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("build", CONTRACT, 3, "--platform", "kit_linux"), "there is nothing and nobody of this name"),
        (("build", CONTRACT, 1, "--platform", "kit_nobody"), "no plugin kit_nobody builds kits; write kit_linux"),
        (("build", "123456-0000778", 1, "--platform", "kit_linux"), "there is nothing and nobody of this name"),
        (("list", "123456-0000778"), "there is nothing and nobody of this name"),
    ],
)
def test_what_there_is_not(contracted: Installation, tmp_path: Path, words: tuple[object, ...], said: str) -> None:
    out = ("--out", tmp_path) if words[0] == "build" else ()
    ran = contracted.renkei("kit", *words, *out)
    assert ran.code == 1 and said in ran.err
    assert not [*tmp_path.iterdir()]


def test_a_folder_that_is_not_there(contracted: Installation, tmp_path: Path) -> None:
    ran = contracted.renkei("kit", "build", CONTRACT, 1, "--platform", "kit_linux", "--out", tmp_path / "nowhere")
    assert ran.code == 1 and f"there is no folder {tmp_path / 'nowhere'}; make it, or name another" in ran.err


# --- words --------------------------------------------------------------------------------------------------------

WINDOWS = KitBuilderNow("kit_windows", "Windows", "1", "put the client in place")


def test_without_builders_people_are_told_what_to_do() -> None:
    assert "add [plugins.kit_windows]" in in_words(KitList(()))


def test_what_is_missing_stands_beside_the_builder_and_the_seat() -> None:
    said = in_words(KitList((WINDOWS,), (KitNow(1, "kit_windows", "", 0, "", "put the client in place"),)))
    assert said.splitlines() == [
        "kit_windows      Windows: put the client in place",
        "seat 01, kit_windows: put the client in place",
    ]


def test_what_went_wrong_is_counted() -> None:
    assert "2 failed, 1 came out otherwise" in in_words(KitList((WINDOWS,), built=3, failed=2, different=1))
