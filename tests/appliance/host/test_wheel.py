# SPDX-License-Identifier: Apache-2.0
"""Wheels: good ones are read, and whatever is odd about one is refused before anything is unpacked."""

import hashlib
import io
import os
import random
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from appliance.host.approvals import Point
from appliance.host.refused import StartRefused
from appliance.host.wheel import MAX_FILES, Wheel, canonical, is_hash_of, refuse_odd
from tests.appliance.host.wheels import Tamper, tampered, write_wheel

INFO = "renkei_lunch-1.0.dist-info"


def refusal(path: Path) -> str:
    """Why the wheel is refused."""
    with pytest.raises(StartRefused) as refused:
        Wheel.read(path)
    assert str(refused.value).startswith(f"{path}: ")
    return str(refused.value)


def put(name: str, content: bytes = b"x") -> Tamper:
    """Add or change a file."""
    return lambda files: files.update({name: content})


def test_a_good_wheel_says_what_it_is(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, "lunch", requires=("renkei-gateway", "aiohttp>=3"))
    wheel = Wheel.read(path)
    assert (wheel.name, wheel.version, wheel.native) == ("renkei-lunch", "1.0", ())
    assert wheel.modules == {"renkei_lunch"}
    assert wheel.requires == ["renkei-gateway", "aiohttp>=3"]
    assert wheel.points == (Point("renkei.vault", "lunch", "renkei_lunch:Mine"),)
    assert wheel.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert wheel.record == hashlib.sha256(wheel.files[f"{INFO}/RECORD"]).hexdigest()


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (put("renkei_lunch/__init__.py", b"evil"), "renkei_lunch/__init__.py has a wrong hash"),
        (put("renkei_lunch/more.py"), "RECORD does not name renkei_lunch/more.py"),
        (lambda files: files.pop("renkei_lunch/__init__.py"), "names renkei_lunch/__init__.py, which is not there"),
        (lambda files: files.pop(f"{INFO}/RECORD"), "no renkei_lunch-1.0.dist-info/RECORD"),
        (lambda files: files.pop(f"{INFO}/METADATA"), "no renkei_lunch-1.0.dist-info/METADATA"),
        (lambda files: files.pop(f"{INFO}/WHEEL"), "RECORD names renkei_lunch-1.0.dist-info/WHEEL"),
        (put("other-1.0.dist-info/METADATA"), "must have one folder of metadata"),
        (put("other-1.0.Dist-Info/METADATA"), "must have one folder of metadata"),
        (put("aiohttp.egg-info/PKG-INFO"), "must have one folder of metadata"),
        (put(f"{INFO}/RECORD.jws"), f"RECORD does not name {INFO}/RECORD.jws"),
    ],
)
def test_what_was_changed_after_the_build(tmp_path: Path, tamper: Tamper, said: str) -> None:
    assert said in refusal(tampered(write_wheel(tmp_path, "lunch"), tamper))


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (put("../evil.py"), "'../evil.py' would lie outside"),
        (put("/etc/cron.d/evil"), "would lie outside"),
        (put("renkei_lunch/../../evil.py"), "would lie outside"),
        (put("renkei_lunch\\..\\evil.py"), "would lie outside"),
        (put("c:/evil.py"), "would lie outside"),
        (put("renkei_lunch/a\nb.py"), "would lie outside"),
        (put("renkei_lunch-1.0.data/scripts/evil"), "belongs elsewhere in the system"),
        (put("evil.pth"), "belongs to no package"),
        (put("renkei_lunch/__pycache__/x.cpython-311.pyc"), "is compiled"),
        (put("renkei_lunch/__INIT__.py"), "two files"),
        (put(f"{INFO}/METADATA", b"Name: other\nVersion: 1.0\n"), "says that it is other 1.0"),
        (put(f"{INFO}/METADATA", b"Name: renkei-lunch\nVersion: 2\n"), "says that it is renkei-lunch 2"),
        (put(f"{INFO}/entry_points.txt", b"[renkei.web2]\na = renkei_lunch:Mine"), "name renkei.web2"),
        (put(f"{INFO}/entry_points.txt", b"[renkei.web]\nA-b = renkei_lunch:Mine"), "called 'A-b'"),
        (put(f"{INFO}/entry_points.txt", b"[renkei.web]\na = os:Mine"), "in os:Mine, which is not in the wheel"),
        (put(f"{INFO}/entry_points.txt", b"a = b"), "entry_points.txt cannot be read"),
    ],
)
def test_what_was_built_wrongly_or_with_an_intent(tmp_path: Path, tamper: Tamper, said: str) -> None:
    assert said in refusal(tampered(write_wheel(tmp_path, "lunch"), tamper, recorded=True))


@pytest.mark.parametrize("more", [b"renkei_lunch/__init__.py,sha256=x,1\n", b"a\n", b"a,b\n", b"a" * 200_000])
def test_a_record_that_may_be_read_in_two_ways(tmp_path: Path, more: bytes) -> None:
    def tamper(files: dict[str, bytes]) -> None:
        files[f"{INFO}/RECORD"] += more

    assert "its RECORD " in refusal(tampered(write_wheel(tmp_path, "lunch"), tamper))


def test_a_second_name_is_refused() -> None:
    """Python 3.13 unpacks a file under the name of its extra field 0x7075, whatever its own is."""
    entry = zipfile.ZipInfo("renkei_lunch/__init__.py")
    entry.filename = "../../etc/cron.d/evil"
    with pytest.raises(StartRefused, match="has a second name"):
        refuse_odd([entry])


def test_a_second_name_leads_nowhere(tmp_path: Path) -> None:
    evil, good = "../evil.py", b"renkei_lunch/evil.py"
    content = struct.pack("<BL", 1, zlib.crc32(good)) + evil.encode()
    path = write_wheel(tmp_path, "lunch")
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo(good.decode())
        entry.extra = struct.pack("<HH", 0x7075, len(content)) + content
        archive.writestr(entry, b"")
    assert "RECORD does not name renkei_lunch/evil.py" in refusal(path) or "has a second name" in refusal(path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, "lunch")
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("renkei_lunch/passwd")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert "renkei_lunch/passwd is a link" in refusal(path)


@pytest.mark.parametrize("file", ["renkei_lunch/fast.cpython-311-x86_64-linux-gnu.so", "renkei_lunch/a.so.1.2"])
def test_native_code_is_seen(tmp_path: Path, file: str) -> None:
    assert Wheel.read(tampered(write_wheel(tmp_path, "lunch"), put(file), recorded=True)).native == (file,)


def test_a_wheel_that_calls_itself_native_is_native(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, "lunch")
    named = path.rename(tmp_path / "renkei_lunch-1.0-cp311-cp311-linux_x86_64.whl")
    assert Wheel.read(named).native == ("cp311-cp311-linux_x86_64",)
    told = put(f"{INFO}/WHEEL", b"Root-Is-Purelib: false\n")
    assert Wheel.read(tampered(write_wheel(tmp_path, "lunch"), told, recorded=True)).native


@pytest.mark.parametrize("name", ["lunch.whl", "renkei_lunch-1.0.whl", "renkei lunch-1.0-py3-none-any.whl"])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    assert "no name of a wheel" in refusal(write_wheel(tmp_path, "lunch").rename(tmp_path / name))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "renkei_lunch-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MAX_FILES + 1):
            archive.writestr(f"renkei_lunch/{number}.py", b"")
    assert "a plugin is smaller" in refusal(path)


@pytest.mark.parametrize("seed", range(20))
def test_rubbish_is_refused_with_a_sentence(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = write_wheel(tmp_path, "lunch")
    content = bytearray(path.read_bytes())
    for _ in range(1 + seed % 5):
        content[chance.randrange(len(content))] ^= 1 + chance.randrange(255)
    path.write_bytes(content[: chance.randrange(len(content))] if seed % 2 else content)
    try:
        wheel = Wheel.read(path)
    except StartRefused as refused:
        assert str(path) in str(refused)
    else:  # the change hit what nobody reads, such as a date
        untouched = Wheel.read(write_wheel(tmp_path, "lunch"))
        assert wheel.files == untouched.files


def test_a_file_that_is_not_there_or_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        Wheel.read(tmp_path / "renkei_lunch-1.0-py3-none-any.whl")
    path = tmp_path / "renkei_lunch-1.0-py3-none-any.whl"
    path.write_bytes(io.BytesIO(os.urandom(100)).getvalue())
    assert "no wheel that can be opened" in refusal(path)


def test_only_strong_hashes_count() -> None:
    assert not is_hash_of("md5=1B2M2Y8AsgTpgAmY7PhCfg", b"")
    assert not is_hash_of("", b"")
    assert is_hash_of("sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", b"")


def test_names_are_compared_as_everywhere() -> None:
    assert canonical("Renkei_Policy.Lunch") == canonical("renkei-policy-lunch") == "renkei-policy-lunch"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_other_bytes_inside_is_refused_however_it_is_compressed(tmp_path: Path, method: int) -> None:
    path = tmp_path / "renkei_odd-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("odd.py", b"1\n" * 500)
        begin = archive.getinfo("odd.py").header_offset + 30 + len("odd.py")
    content = bytearray(path.read_bytes())
    content[begin + 10 : begin + 20] = b"\xff" * 10
    path.write_bytes(content)
    with pytest.raises(StartRefused, match="no wheel that can be opened"):
        Wheel.read(path)
