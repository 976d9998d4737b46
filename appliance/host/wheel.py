# SPDX-License-Identifier: Apache-2.0
"""A wheel, looked through without running a line of it: is it whole, and may it lie beside the appliance?

1. RECORD has every file with its hash, and every hash is right.
2. No path leads elsewhere; no link, no second file of one name, nothing that an installer would put elsewhere.
3. No native code and nothing compiled, unless native code is asked for.
"""

import base64
import csv
import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from configparser import ConfigParser
from configparser import Error as NotIni
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from lzma import LZMAError
from pathlib import Path, PurePosixPath

from appliance.host.approvals import Point
from appliance.host.refused import StartRefused

MAX_BYTES = 100 << 20
MAX_FILES = 5_000
GROUPS = ("renkei.vault", "renkei.web", "renkei.gate", "renkei.cli")
_FILE_NAME = re.compile(r"^([A-Za-z0-9_.]+)-([A-Za-z0-9_.!+]+)(-\d\w*)?-([\w.]+)-([\w.]+)-([\w.]+)\.whl$", re.ASCII)
_NATIVE = re.compile(r"\.(so|pyd|dll|dylib|a|o)(\.[0-9.]+)?$")
_COMPILED = re.compile(r"\.py[co]$|(^|/)__pycache__/")
_WORD = re.compile(r"^[a-z][a-z0-9_]*$")
_HASHES = frozenset({"sha256", "sha384", "sha512"})
# All that reading a damaged ZIP was seen to raise.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True)
class Wheel:
    """A wheel that is whole. files are all of its files by their paths; info is its folder of metadata."""

    file: str
    sha256: str
    name: str
    version: str
    info: str
    head: Message
    files: dict[str, bytes]
    points: tuple[Point, ...]
    native: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Wheel":
        """Read and check the wheel at path. Raises StartRefused, OSError."""
        return cls.of(path, path.read_bytes())

    @classmethod
    def of(cls, path: Path, content: bytes) -> "Wheel":
        """The same of what was read there. Raises StartRefused."""
        try:
            return _wheel(path.name, content)
        except StartRefused as error:
            raise StartRefused(f"{path}: {error}") from error

    @property
    def record(self) -> str:
        """The SHA-256 of its RECORD."""
        return hashlib.sha256(self.files[f"{self.info}/RECORD"]).hexdigest()

    @property
    def modules(self) -> frozenset[str]:
        """What it lets one import, at the top."""
        tops = {PurePosixPath(path).parts[0] for path in self.files if not path.startswith(f"{self.info}/")}
        return frozenset(top.partition(".")[0] for top in tops)

    @property
    def requires(self) -> list[str]:
        """What it needs, as it says it."""
        return [str(line) for line in self.head.get_all("Requires-Dist") or []]


def canonical(name: str) -> str:
    """The name of a distribution, as all compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _wheel(file: str, content: bytes) -> Wheel:
    named = _FILE_NAME.fullmatch(file)
    if named is None:
        raise StartRefused("this is no name of a wheel; keep the one that it was built with")
    files = _files(content)
    info = _info(files, named[1], named[2])
    head = HeaderParser().parsestr(_text(files, f"{info}/METADATA"))
    name, version = str(head["Name"]), str(head["Version"])
    if canonical(name) != canonical(named[1]) or version != named[2]:
        raise StartRefused(f"it says that it is {name} {version}, and its name says otherwise; build it anew")
    _refuse_wrong_record(files, info)
    _refuse_elsewhere(files)
    wheel = _text(files, f"{info}/WHEEL")
    native = tuple(path for path in files if _NATIVE.search(path))
    if not native and ("Root-Is-Purelib: true" not in wheel or (named[5], named[6]) != ("none", "any")):
        native = (f"{named[4]}-{named[5]}-{named[6]}",)
    points = _points(files, info)
    digest = hashlib.sha256(content).hexdigest()
    return Wheel(file, digest, canonical(name), version, info, head, files, points, native)


def _files(content: bytes) -> dict[str, bytes]:
    """All files of a ZIP, their paths checked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            refuse_odd(entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except _UNREADABLE as error:
        raise StartRefused(f"this is no wheel that can be opened: {error}; copy or build it anew") from error


def refuse_odd(entries: list[zipfile.ZipInfo]) -> None:
    """Raise StartRefused for a file that would not lie where it says, and for too many or too large ones."""
    if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise StartRefused(f"it holds more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB; a plugin is smaller")
    seen: set[str] = set()
    for entry in entries:
        path = entry.orig_filename
        parts = path.split("/")
        if entry.filename != path:  # newer Pythons take the name of an extra field instead (APPNOTE 4.6.9)
            raise StartRefused(f"its file {path!r} has a second name; do not use it")
        if not set(parts).isdisjoint({"", ".", ".."}) or "\\" in path or ":" in path or not path.isprintable():
            raise StartRefused(f"its file {path!r} would lie outside of its folder; do not use it")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise StartRefused(f"its file {path} is a link; do not use it")
        if path.casefold() in seen:
            raise StartRefused(f"it has two files {path}; build it anew")
        seen.add(path.casefold())


def _info(files: dict[str, bytes], name: str, version: str) -> str:
    """The one folder of metadata."""
    tops = {path.partition("/")[0] for path in files}
    found = {top for top in tops if top.lower().endswith((".dist-info", ".egg-info"))}
    wanted = f"{name}-{version}.dist-info"
    if found != {wanted}:
        raise StartRefused(f"it must have one folder of metadata, {wanted}; build it anew")
    return wanted


def _text(files: dict[str, bytes], path: str) -> str:
    try:
        return files[path].decode("utf-8")
    except (KeyError, UnicodeDecodeError) as error:
        raise StartRefused(f"it has no {path} that can be read; build it anew") from error


def _refuse_wrong_record(files: dict[str, bytes], info: str) -> None:
    rows = rows_of(_text(files, f"{info}/RECORD"))
    free = {f"{info}/RECORD"}
    if missing := sorted(files.keys() - rows.keys() - free):
        raise StartRefused(f"its RECORD does not name {missing[0]}; do not use it")
    if absent := sorted(rows.keys() - files.keys() - free):
        raise StartRefused(f"its RECORD names {absent[0]}, which is not there; do not use it")
    for path in sorted(files.keys() - free):
        if not is_hash_of(rows[path], files[path]):
            raise StartRefused(
                f"its file {path} has a wrong hash: it was changed after it was built; do not use it"
            )


def rows_of(record: str) -> dict[str, str]:
    """The hash of each file, as RECORD tells it. Raises StartRefused, also for a file that it names twice."""
    try:
        rows = [row for row in csv.reader(io.StringIO(record)) if row]
    except csv.Error as error:
        raise StartRefused(f"its RECORD cannot be read: {error}; build it anew") from error
    told = {row[0]: row[1] for row in rows if len(row) == 3}
    if len(told) != len(rows):
        raise StartRefused("its RECORD has a line that is none, or two for one file; build it anew")
    return told


def is_hash_of(told: str, content: bytes) -> bool:
    """Whether a hash in RECORD, such as `sha256=…`, is that of content."""
    kind, _, digest = told.partition("=")
    if kind not in _HASHES:
        return False
    return base64.urlsafe_b64encode(hashlib.new(kind, content).digest()).rstrip(b"=").decode() == digest


def _refuse_elsewhere(files: dict[str, bytes]) -> None:
    for path in files:
        top = path.partition("/")[0]
        if top.endswith(".data"):
            raise StartRefused(f"it has {path}, which belongs elsewhere in the system; leave scripts and data out")
        if path == top and not path.endswith(".py") and not _NATIVE.search(path):
            raise StartRefused(f"its file {path} belongs to no package; move it into one")
        if _COMPILED.search(path):
            raise StartRefused(f"its file {path} is compiled, and nobody can read it; leave it out")


def _points(files: dict[str, bytes], info: str) -> tuple[Point, ...]:
    text = files.get(f"{info}/entry_points.txt", b"").decode("utf-8", "replace")
    told = ConfigParser(delimiters=("=",), interpolation=None)
    told.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their case
    try:
        told.read_string(text)
    except NotIni as error:
        raise StartRefused(f"its entry_points.txt cannot be read: {error}") from error
    return tuple(_found(told, files))


def _found(told: ConfigParser, files: dict[str, bytes]) -> Iterator[Point]:
    for group in told.sections():
        if group.startswith("renkei.") and group not in GROUPS:
            raise StartRefused(f"its entry points name {group}; there is {', '.join(GROUPS)}")
        for name, value in told[group].items() if group in GROUPS else ():
            path = value.partition(":")[0].strip().replace(".", "/")
            if not _WORD.fullmatch(name):
                raise StartRefused(f"its plugin is called {name!r}; use small letters, digits and _")
            if f"{path}.py" not in files and f"{path}/__init__.py" not in files:
                raise StartRefused(f"its plugin {name} should be in {value}, which is not in the wheel")
            yield Point(group, name, value)
