# SPDX-License-Identifier: Apache-2.0
"""What is appended can be found again, and nothing but the pinned client goes out."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from renkei_kit_windows.appended import PIECE, client_pieces, front_of

from appliance.contracts.kit import KitNotBuilt
from tests.plugins.kit_windows.kits import BASE, client_in, parts_of

AUTHORITIES = b"-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize("more", range(9))
@pytest.mark.parametrize("authorities", [b"", AUTHORITIES])
def test_it_is_found_from_the_end_and_a_signer_fills_nothing_up(
    tmp_path: Path, more: int, authorities: bytes
) -> None:
    client = client_in(tmp_path)
    seat = b"s" * more
    front = front_of(BASE, client, authorities)
    tail = front.tail(seat)
    content = BASE + client.file.read_bytes() + authorities + tail
    assert len(content) % 8 == 0 and len(content) == front.size + len(tail)
    assert parts_of(content, BASE) == (client.file.read_bytes(), authorities, seat)
    assert front.sha256(tail) == hashlib.sha256(content).digest()


def test_one_seat_leaves_nothing_behind_for_the_next(tmp_path: Path) -> None:
    front = front_of(BASE, client_in(tmp_path), AUTHORITIES)
    first = front.tail(b"one")
    front.sha256(front.tail(b"two"))
    assert front.tail(b"one") == first


@pytest.mark.parametrize("size", [PIECE - 2, PIECE, PIECE + 5])
def test_clients_of_any_size_are_read_whole(tmp_path: Path, size: int) -> None:
    content = b"MZ" + os.urandom(size)
    client = client_in(tmp_path, content)
    assert b"".join(client_pieces(client)) == content
    front_of(BASE, client, b"")


def test_a_client_that_was_exchanged_is_in_no_kit(tmp_path: Path) -> None:
    client = client_in(tmp_path)
    client.file.write_bytes(client.file.read_bytes()[:-1] + b"!")
    with pytest.raises(KitNotBuilt, match="not the file any more"):
        front_of(BASE, client, b"")


def test_a_client_that_was_cut_is_in_no_kit(tmp_path: Path) -> None:
    client = replace(client_in(tmp_path), size=5)
    with pytest.raises(KitNotBuilt, match="not the file any more"):
        front_of(BASE, client, b"")


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0 an .msi", b"#!/bin/sh\n"])
def test_what_is_no_program_of_windows_is_in_no_kit(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KitNotBuilt, match=r"no program of Windows"):
        front_of(BASE, client_in(tmp_path, content), b"")


def test_a_client_that_is_gone_is_said_so(tmp_path: Path) -> None:
    client = client_in(tmp_path)
    client.file.unlink()
    with pytest.raises(KitNotBuilt, match=r"cannot be read .*add-client"):
        front_of(BASE, client, b"")


def test_an_empty_client_is_in_no_kit(tmp_path: Path) -> None:
    client = replace(client_in(tmp_path, b""), size=1)
    with pytest.raises(KitNotBuilt):
        front_of(BASE, client, b"")
