# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin pack`: a wheel of a folder, without a build tool and without running a line of it.

It takes what the guide writes into pyproject.toml: names, version, dependencies, entry points, and the packages
beside it. Two packs of one folder are the same to the byte. Who needs more uses a build tool of their own.
"""

import base64
import csv
import hashlib
import io
import re
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.cli.failure import Failure
from appliance.host.durable import write_whole
from appliance.host.wheel import Wheel

PROJECT = "pyproject.toml"
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9_.!+]+")
_LEFT_OUT = ("__pycache__", ".egg-info", ".dist-info")
TESTS = "tests"
_NOT_PACKED = frozenset({TESTS, "build", "dist", "docs"})
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILE = 0o100644 << 16


@dataclass(frozen=True)
class Project:
    """What a wheel says of itself. points are entry points: by group, names and values."""

    name: str
    version: str
    summary: str = ""
    python: str = ">=3.11"
    requires: tuple[str, ...] = ()
    points: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """How its files begin."""
        return f"{re.sub(r'[-_.]+', '_', self.name).lower()}-{self.version}"

    @property
    def file(self) -> str:
        """The name of its wheel."""
        return f"{self.stem}-py3-none-any.whl"


def pack(folder: Path, into: Path) -> Path:
    """Write the wheel of a folder into another one; where it is. Raises Failure, StartRefused, OSError."""
    project = read_project(folder)
    files = _files_of(folder)
    if not files:
        raise Failure(f"{folder} has no package: a folder with an __init__.py beside {PROJECT}")
    written = into / project.file
    write_whole(written, wheel_of(project, files))
    Wheel.read(written)
    return written


def read_project(folder: Path) -> Project:
    """What pyproject.toml says. Raises Failure, OSError."""
    file = folder / PROJECT
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        table = told["project"]
        return Project(
            name=_word(table["name"], _NAME),
            version=_word(table["version"], _VERSION),
            summary=_text(table.get("description", "")),
            python=_text(table.get("requires-python", ">=3.11")),
            requires=tuple(map(_text, table.get("dependencies", ()))),
            points=table.get("entry-points", {}),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, AttributeError) as error:
        raise Failure(f"{file} cannot be read: {error}") from error
    except KeyError as error:
        raise Failure(f"{file}: [project] has no {error}; docs/plugins/guide.md shows a whole one") from error


def _word(value: Any, form: re.Pattern[str]) -> str:
    """A text that becomes part of a path, and leads nowhere else."""
    if form.fullmatch(_text(value)) is None:
        raise TypeError(f"{value!r} has signs that are of no name or version")
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise TypeError(f"{value!r} is no line of text")
    return value


def _files_of(folder: Path) -> dict[str, bytes]:
    """The files of the packages beside pyproject.toml. Raises Failure, OSError."""
    packages = [path.parent for path in sorted(folder.glob("*/__init__.py")) if path.parent.name not in _NOT_PACKED]
    return {
        f"{package.name}/{path}": content for package in packages for path, content in files_below(package).items()
    }


def files_below(folder: Path) -> dict[str, bytes]:
    """All files of a source folder by their paths in it, but what tools leave. Raises Failure, OSError.

    Root reads them and others will: a link could hand out any file of the host.
    """
    if folder.is_symlink():
        raise Failure(f"{folder} is a link; put the folder itself there")
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith(".") or part.endswith(_LEFT_OUT) for part in inside.parts):
            continue
        if path.is_symlink():
            raise Failure(f"{path} is a link; put the file itself there")
        if path.is_file():
            found[inside.as_posix()] = path.read_bytes()
    return found


def wheel_of(project: Project, files: Mapping[str, bytes]) -> bytes:
    """A wheel, as bytes."""
    info = f"{project.stem}.dist-info"
    whole = {**files, f"{info}/METADATA": _metadata(project).encode(), f"{info}/WHEEL": _WHEEL.encode()}
    whole[f"{info}/entry_points.txt"] = _points(project).encode()
    whole[f"{info}/RECORD"] = record_of(whole, f"{info}/RECORD")
    return zipped(whole)


def record_of(files: Mapping[str, bytes], own: str) -> bytes:
    """RECORD of these files, which is itself to be called own."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for path in sorted(files.keys() - {own}):
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[path]).digest()).rstrip(b"=").decode()
        rows.writerow((path, f"sha256={digest}", len(files[path])))
    rows.writerow((own, "", ""))
    return text.getvalue().encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP that is the same each time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.external_attr = _FILE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return made.getvalue()


_WHEEL = "Wheel-Version: 1.0\nGenerator: renkei\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _metadata(project: Project) -> str:
    lines = ["Metadata-Version: 2.1", f"Name: {project.name}", f"Version: {project.version}"]
    lines += [f"Summary: {project.summary}"] if project.summary else []
    lines += [f"Requires-Python: {project.python}"]
    return "\n".join([*lines, *(f"Requires-Dist: {one}" for one in project.requires), ""])


def _points(project: Project) -> str:
    sections = (
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
        for group, points in project.points.items()
    )
    return "\n".join(sections)
