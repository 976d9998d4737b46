# SPDX-License-Identifier: Apache-2.0
"""Entries of the start menu: R72's names in a folder of their own, and commands that odd paths do not break."""

import configparser
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from renkei_kit_linux.on_pc.menu import CATEGORY, remove_menu, write_menu
from renkei_kit_linux.on_pc.order import Words
from renkei_kit_linux.on_pc.places import Places

from tests.plugins.kit_linux.office_pc import OfficePc, order_there
from tests.plugins.kit_linux.toy_engine import ORDER


def entry(path: Path) -> dict[str, str]:
    parsed = configparser.RawConfigParser()
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(path.read_text("utf-8"))
    return dict(parsed["Desktop Entry"])


def entries(places: Places) -> dict[str, dict[str, str]]:
    return {path.stem: entry(path) for path in (places.data / "applications").glob("renkei-*.desktop")}


def test_names_are_those_of_the_service(pc: OfficePc, texts: Words) -> None:
    write_menu(pc.places, order_there(), texts)
    found = entries(pc.places)
    assert {name: one["Name"] for name, one in found.items()} == {
        "renkei-confirm": "インストール確認",
        "renkei-one-time": "ワンタイムパスワード発行・サイト",
        "renkei-portal": "電子連携サービス・認証画面",
        "renkei-diagnose": "診断ファイルの作成",
    }
    assert all(one["Type"] == "Application" and CATEGORY in one["Categories"] for one in found.values())
    assert '"https://renkei.example.jp/onetime/"' in found["renkei-one-time"]["Exec"]
    assert found["renkei-confirm"]["Exec"] == f'"{pc.places.program}" confirm --wait'


def test_who_needs_a_vpn_can_connect_and_disconnect(pc: OfficePc, texts: Words) -> None:
    """R87, R91."""
    write_menu(pc.places, ORDER, texts)
    found = entries(pc.places)
    assert (found["renkei-connect"]["Name"], found["renkei-disconnect"]["Name"]) == ("VPN接続を開始", "切断")
    assert found["renkei-status"]["Name"] == "VPN接続の状態"
    assert found["renkei-disconnect"]["Exec"] == f'"{pc.places.program}" disconnect --wait'
    assert found["renkei-connect"]["Terminal"] == "true"
    remove_menu(pc.places, ORDER, texts)
    assert entries(pc.places) == {}


def test_they_stand_in_a_folder_of_their_own(pc: OfficePc, texts: Words) -> None:
    write_menu(pc.places, order_there(), texts)
    menu = ElementTree.parse(pc.places.config / "menus/applications-merged/renkei.menu").getroot()  # noqa: S314 - ours
    assert menu.findtext("Menu/Include/Category") == CATEGORY
    folder = pc.places.data / "desktop-directories" / str(menu.findtext("Menu/Directory"))
    assert entry(folder)["Name"] == "企業年金電子連携サービス"


@pytest.mark.parametrize("name", ['a "b', "a$b", "a`b", "a\\b", "100%", "a b"])
def test_odd_paths_are_quoted(tmp_path: Path, texts: Words, name: str) -> None:
    """As the specification says: for the reader of the file first, then for the program."""
    places = Places(tmp_path / name, tmp_path / "data", tmp_path / "config")
    write_menu(places, order_there(), texts)
    command = entry(places.data / "applications" / "renkei-confirm.desktop")["Exec"]
    argument = command[1 : command.rindex('" confirm')].replace("%%", "%").replace("\\\\", "\\")
    assert re.sub(r"\\(.)", r"\1", argument) == str(places.program)


def test_all_of_it_goes_again(pc: OfficePc, texts: Words) -> None:
    write_menu(pc.places, order_there(), texts)
    remove_menu(pc.places, order_there(), texts)
    remove_menu(pc.places, order_there(), texts)
    assert [path for path in pc.home.rglob("*renkei*") if path.is_file()] == []
