# SPDX-License-Identifier: Apache-2.0
"""Kits for Linux are the same bytes for the same order, whole, and without anything of this machine."""

import ast
import io
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from renkei_kit_linux.builder import FIRST_LINE, LinuxKits, packed, version_of, words
from renkei_kit_linux.builder import ORDER as ORDER_FILE

from appliance.contracts.kit import EngineClient, Kit, KitBuilder
from appliance.testing.kit_suite import ORDER, KitSuite
from tests.plugins.kit_linux.office_pc import order


def kits() -> LinuxKits:
    made = LinuxKits()
    made.parts = made.read_parts()
    return made


class TestLinux(KitSuite):
    async def make_builder(self) -> KitBuilder:
        return kits()


async def content(kit: Kit) -> bytes:
    return b"".join([piece async for piece in kit.chunks()])


async def files(kit: Kit) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(await content(kit))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_a_kit_is_a_program_for_python() -> None:
    kit = await kits().build(order())
    assert kit.file_name == "setup.916237-0000021.01.run"
    assert (await content(kit)).startswith(FIRST_LINE)
    assert "__main__.py" in await files(kit)


def imported(source: bytes) -> set[str]:
    """The modules that a module names, of the kit and of others."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = (
                {f"{node.module}.{alias.name}" for alias in node.names}
                if node.module == "appliance.model"
                else set()
            )
            names |= inner or {str(node.module)}
    return names


async def test_a_kit_brings_all_that_it_imports() -> None:
    """Else it is of no use on a PC where the appliance is not."""
    inside = await files(await kits().build(order()))
    named = set().union(*(imported(source) for name, source in inside.items() if name.endswith(".py")))
    assert "appliance.model.traits" in named and "renkei_kit_linux.on_pc.main" in named
    for name in named:
        if name.partition(".")[0] in ("appliance", "renkei_kit_linux"):
            assert f"{name.replace('.', '/')}.py" in inside, name
        else:
            assert name.partition(".")[0] in sys.stdlib_module_names, name


async def test_the_order_lies_in_it_and_nothing_secret() -> None:
    inside = await files(await kits().build(order()))
    said = json.loads(inside[ORDER_FILE])
    assert said["contract_number"] == "916237-0000021" and said["fund"] == ORDER.fund
    assert set(said) == {
        "contract_number",
        "seat",
        "kit",
        "fund",
        "contact",
        "public_url",
        "portal_url",
        "authorities",
        "binding",
        "tunnels",
        "version",
    }
    assert b"PRIVATE KEY" not in b"".join(inside.values())


async def test_the_client_of_an_engine_is_no_part_of_it() -> None:
    client = EngineClient(Path("/nowhere"), "client.exe", 7, bytes(32))
    with_client = await kits().build(replace(order(), client=client))
    assert with_client.sha256 == (await kits().build(order())).sha256


async def test_names_and_moments_of_this_machine_are_not_in_it() -> None:
    whole = await content(await kits().build(order()))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
    assert str(Path(__file__).parents[3]).encode() not in whole


async def test_another_program_is_another_version() -> None:
    made = kits()
    before = (await made.platform()).version
    made.parts = {**made.parts, "appliance/model/traits.py": b"pass\n"}
    assert (await made.platform()).version != before == (await kits().platform()).version


def test_versions_tell_names_from_contents() -> None:
    assert version_of({"a": b"bc"}) != version_of({"ab": b"c"}) != version_of({"a": b"b", "c": b""})


def test_parts_are_packed_in_one_way() -> None:
    assert packed({"a": b"1", "b": b"2"}) == packed({"b": b"2", "a": b"1"})


def test_every_text_is_filled_with_what_the_kit_knows() -> None:
    known = {"contract", "number", "fund", "contact", "program", "activate", "other", "code", "file", "detail"}
    known |= {"one_time", "seconds", "portal", "until", "since", "url", "answer", "wanted", "package", "server"}
    known |= {"at", "left"}
    for word, text in json.loads(words()).items():
        for one in text if isinstance(text, list) else [text]:
            assert one.strip() and one.format_map(dict.fromkeys(known, "x")), word


@pytest.mark.parametrize(
    "word",
    [
        *("other_seat", "no_openssl", "not_installed", "damaged", "openssl_failed", "not_written"),
        *(
            "no_tunnel",
            "no_such_engine",
            "no_program",
            "no_root",
            "no_way",
            "not_let_in",
            "no_address",
            "not_opened",
        ),
        *("not_done", "no_wireguard", "disconnect_first", "not_connected_yet", "broken"),
    ],
)
def test_who_is_refused_is_told_what_next(word: str) -> None:
    text = json.loads(words())[word]
    assert text.count("\n") >= 1 and text.count("ください") >= 1
