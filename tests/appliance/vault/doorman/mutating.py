# SPDX-License-Identifier: Apache-2.0
"""Sound ZIPs with something changed, and what other programs see in those that the doorman accepts."""

import io
import random
import subprocess
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyzipper
from pyzipper.zipfile import BadZipFile

from appliance.vault.doorman.asked import Encryption, Fault
from appliance.vault.doorman.entry_names import kind_of_file, name_of, traps
from appliance.vault.doorman.judge import judge
from appliance.vault.doorman.opening import content_of
from appliance.vault.doorman.structure import of_entry, skeleton
from tests.appliance.vault.doorman.lying import DESCRIBED, UTF8, Part, lying_zip
from tests.appliance.vault.doorman.making import PASSWORD, asked_of, plain_zip
from tests.appliance.vault.doorman.samples import INSIDE, SMALL, sample

Opened = list[bytes] | None
KEY = PASSWORD.encode()
# What other programs do with a file that they cannot open.
FAILURES = (BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, KeyError, zlib.error)


def described() -> bytes:
    """One as programs write it into a pipe."""
    parts = [Part(name=name.encode(), content=content, flags=UTF8 | DESCRIBED) for name, content in INSIDE.items()]
    return lying_zip(*(replace(part, descriptor=part.true_descriptor()) for part in parts))


def seeds() -> list[bytes]:
    """Sound ones of several kinds, small so that a change hits something."""
    return [
        *(sample(name) for name, _, _ in SMALL),
        plain_zip(INSIDE),
        plain_zip(INSIDE, 0),
        described(),
        sample("zip-zipcrypto.zip"),
        sample("7zip-aes192.zip"),
    ]


def mutations(count: int, seed: int = 1) -> Iterator[bytes]:
    """So many changed ones."""
    chance, sound = random.Random(seed), seeds()
    for number in range(count):
        package = bytearray(sound[number % len(sound)])
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            chance.choice(CHANGES)(package, chance, sound)
        yield bytes(package)


def _somewhere(package: bytearray, chance: random.Random) -> int:
    """A place, more often than not in or near a header, where it matters."""
    heads = [at for at in range(len(package) - 3) if package[at : at + 2] == b"PK"]
    if heads and chance.random() < 0.8:
        return min(len(package) - 1, chance.choice(heads) + chance.randrange(60))
    return chance.randrange(len(package))


def _byte(package: bytearray, chance: random.Random, sound: list[bytes]) -> None:
    package[_somewhere(package, chance)] = chance.choice((0, 1, 0xFF, chance.randrange(256)))


def _bit(package: bytearray, chance: random.Random, sound: list[bytes]) -> None:
    package[_somewhere(package, chance)] ^= 1 << chance.randrange(8)


def _less(package: bytearray, chance: random.Random, sound: list[bytes]) -> None:
    at = _somewhere(package, chance)
    if len(package) > 100:
        del package[at : at + chance.choice((1, 4, 40))]


def _more(package: bytearray, chance: random.Random, sound: list[bytes]) -> None:
    at = _somewhere(package, chance)
    package[at:at] = chance.randbytes(chance.choice((1, 4, 40)))


def _copy(package: bytearray, chance: random.Random, sound: list[bytes]) -> None:
    at, other = _somewhere(package, chance), _somewhere(package, chance)
    size = chance.choice((2, 4, 30, 46, 22))
    package[at : at + size] = package[other : other + size]


def _graft(package: bytearray, chance: random.Random, sound: list[bytes]) -> None:
    donor = chance.choice(sound)
    at = chance.randrange(len(donor))
    place = chance.choice((0, len(package), _somewhere(package, chance)))
    package[place:place] = donor[at : at + chance.choice((22, 200, len(donor)))]


def _same_on_both_sides(package: bytearray, chance: random.Random, sound: list[bytes]) -> None:
    """A change of the local header and of the entry in the directory, which then agree."""
    field, size = chance.choice(((4, 2), (6, 2), (8, 2), (10, 2), (14, 4), (18, 4), (22, 4), (30, 5)))
    local, central = package.find(b"PK\3\4"), package.find(b"PK\1\2")
    value = chance.choice((bytes(size), b"\xff" * size, chance.randbytes(size)))
    for at in (local + field, central + field + (16 if field == 30 else 2)):
        package[at : at + size] = value


CHANGES: tuple[Callable[[bytearray, random.Random, list[bytes]], None], ...] = (
    _byte,
    _byte,
    _bit,
    _less,
    _more,
    _copy,
    _graft,
    _same_on_both_sides,
)


def by_the_doorman(package: bytes) -> Opened:
    """The contents, if he accepts it; what is not locked is judged as the inside of a workbook."""
    verdict = judge(package, asked_of(package, accept_zipcrypto=True))
    if not verdict.answer.problems:
        return list(verdict.contents())
    try:
        places = skeleton(package, 99)
        entries = [place.entry for place in places]
        if any(entry.encryption is not Encryption.NONE or any(of_entry(entry)) for entry in entries):
            return None
        if any(kind_of_file(entry.attributes) or not is_harmless(name_of(entry)) for entry in entries):
            return None
        return [content_of(package, place, b"") for place in places]
    except Fault:
        return None


def is_harmless(name: str | None) -> bool:
    """Whether what is unpacked could have the name."""
    return bool(name) and not any(traps(name or ""))


def by_python(package: bytes) -> Opened:
    """The contents as pyzipper sees them, and the standard library for what is not AES."""
    try:
        with pyzipper.AESZipFile(io.BytesIO(package)) as opened:
            return [opened.read(entry, pwd=KEY) for entry in opened.infolist()]
    except FAILURES:
        return None


def by_program(package: bytes, folder: Path, *words: str) -> Opened:
    """The contents, sorted, as a program writes them into the folder."""
    (folder / "x.zip").write_bytes(package)
    out = folder / "out"
    out.mkdir()
    ran = subprocess.run([*words, str(folder / "x.zip")], cwd=out, capture_output=True, timeout=60, check=False)
    found = sorted(path.read_bytes() for path in out.rglob("*") if path.is_file())
    return found if ran.returncode == 0 else None


PROGRAMS = {
    "7zz": ("7zz", "x", "-y", f"-p{PASSWORD}"),
    "bsdtar": ("bsdtar", "--passphrase", PASSWORD, "-xf"),
    "unzip": ("unzip", "-o", "-q", "-P", PASSWORD),
}
