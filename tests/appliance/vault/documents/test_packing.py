# SPDX-License-Identifier: Apache-2.0
"""ZIPs on the way out: others open them, and their size is known before they are made."""

import asyncio
import io
import subprocess
import threading
import tracemalloc
import zipfile
from collections.abc import AsyncGenerator, Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyzipper import AESZipFile

from appliance.vault.documents.packing import PLAIN_ZIP, Entry, Package, packed, packed_size

AT = 1_780_912_800_000  # 2026-06-08 19:00 in Japan
PASSWORD = "Sakura#2026"
FILES = {
    "納入告知金額通知書.pdf": b"%PDF-1.7 " + bytes(range(256)) * 300,
    "empty.csv": b"",
    "残高.csv": b"a,b\r\n",
}
UTF_8, ENCRYPTED, DESCRIPTOR = 0x800, 0x1, 0x8


def entry(name: str, content: bytes, at: int = AT, piece: int = 10_000) -> Entry:
    async def pieces() -> AsyncGenerator[bytes, None]:
        for start in range(0, len(content), piece):
            yield content[start : start + piece]

    return Entry(name, len(content), at, pieces)


def entries(files: dict[str, bytes]) -> list[Entry]:
    return [entry(name, content) for name, content in files.items()]


async def made(some: Iterable[Entry], password: str = "") -> bytes:
    return b"".join([piece async for piece in packed(some, password)])


async def test_what_is_encrypted_opens_with_the_password_and_no_other() -> None:
    package = await made(entries(FILES), PASSWORD)
    with AESZipFile(io.BytesIO(package)) as opened:
        opened.setpassword(PASSWORD.encode())
        assert {name: opened.read(name) for name in opened.namelist()} == FILES
        opened.setpassword(b"another")
        with pytest.raises(RuntimeError, match="Bad password"):
            opened.read("empty.csv")
    assert all(content not in package for content in FILES.values() if content)


async def test_it_is_stored_aes_256_without_check_sums_and_with_utf_8_names() -> None:
    with AESZipFile(io.BytesIO(await made(entries(FILES), PASSWORD))) as opened:
        for info in opened.infolist():
            assert (info.compress_type, info.wz_aes_strength, info.wz_aes_version) == (zipfile.ZIP_STORED, 3, 2)
            assert (info.CRC, info.file_size) == (0, len(FILES[info.filename]))
            assert info.date_time == (2026, 6, 8, 19, 0, 0)
            assert info.flag_bits & (ENCRYPTED | DESCRIPTOR) == ENCRYPTED | DESCRIPTOR
            assert bool(info.flag_bits & UTF_8) is not info.filename.isascii()


async def test_the_same_document_twice_is_two_different_ciphers() -> None:
    one, other = await made([entry("a", b"x" * 99)], PASSWORD), await made([entry("a", b"x" * 99)], PASSWORD)
    assert one != other
    assert len(one) == len(other)


async def test_without_a_password_it_is_a_plain_zip() -> None:
    with zipfile.ZipFile(io.BytesIO(await made(entries(FILES)))) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == FILES


async def test_a_date_before_the_first_that_a_zip_can_write() -> None:
    with zipfile.ZipFile(io.BytesIO(await made([entry("a", b"", at=0)]))) as opened:
        assert opened.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\:"), min_size=1, max_size=20)


@settings(max_examples=50)
@given(st.dictionaries(NAMES, st.binary(max_size=300), max_size=5), st.booleans())
def test_its_size_is_known_beforehand(files: dict[str, bytes], secret: bool) -> None:
    sizes = [(name, len(content)) for name, content in files.items()]
    package = asyncio.run(made(entries(files), PASSWORD if secret else ""))
    assert len(package) == packed_size(sizes, secret=secret)


def test_what_needs_larger_records_has_no_size_beforehand() -> None:
    around = packed_size([("a", 0)], secret=True)
    assert packed_size([("a", PLAIN_ZIP - around)], secret=True) == PLAIN_ZIP
    assert packed_size([("a", PLAIN_ZIP - around + 1)], secret=True) == 0


async def test_nothing_is_whole_in_memory() -> None:
    size, piece = 64 * 1024 * 1024, bytes(256 * 1024)

    async def pieces() -> AsyncGenerator[bytes, None]:
        for _ in range(size // len(piece)):
            yield piece

    tracemalloc.start()
    try:
        total = 0
        async for got in packed([Entry("large.pdf", size, AT, pieces)], PASSWORD):
            total += len(got)
        assert total == packed_size([("large.pdf", size)], secret=True)
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


async def test_the_loop_is_free_while_bytes_are_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    threads, add = [], Package.add

    def watched(self: Package, piece: bytes) -> bytes:
        threads.append(threading.current_thread())
        return add(self, piece)

    monkeypatch.setattr(Package, "add", watched)
    await made([entry("a", bytes(50_000))], PASSWORD)
    assert len(threads) == 5
    assert threading.main_thread() not in threads


async def test_a_document_that_fails_ends_the_zip_and_is_let_go_of() -> None:
    closed = []

    async def pieces() -> AsyncGenerator[bytes, None]:
        try:
            yield b"x"
            raise OSError("gone")
        finally:
            closed.append("a")

    with pytest.raises(OSError, match="gone"):
        await made([Entry("a", 5, AT, pieces), entry("b", b"y")], PASSWORD)
    stream = packed([Entry("a", 5, AT, pieces)], PASSWORD)
    await anext(stream)
    await anext(stream)
    await stream.aclose()
    assert closed == ["a", "a"]


SEVEN_ZIP = ("7zz", "x", "-y", "-p{password}", "{zip}")
BSDTAR = ("bsdtar", "-x", "--passphrase", "{password}", "-f", "{zip}")
INFO_ZIP = ("unzip", "-q", "{zip}")  # knows no AES


@pytest.mark.lab
@pytest.mark.parametrize(
    ("command", "password"),
    [(SEVEN_ZIP, PASSWORD), (BSDTAR, PASSWORD), (SEVEN_ZIP, ""), (BSDTAR, ""), (INFO_ZIP, "")],
)
def test_other_programs_open_it(
    command: tuple[str, ...], password: str, tmp_path: Path, program: Callable[[str], str]
) -> None:
    package, target = tmp_path / "a.zip", tmp_path / "out"
    package.write_bytes(asyncio.run(made(entries(FILES), password)))
    target.mkdir()
    words = [word.format(password=password or "unused", zip=package) for word in command[1:]]
    subprocess.run(
        [program(command[0]), *words], cwd=target, env={"LC_ALL": "C.UTF-8"}, check=True, capture_output=True
    )
    assert {path.name: path.read_bytes() for path in target.iterdir()} == FILES
