# SPDX-License-Identifier: Apache-2.0
"""The fund's own distributions, as `renkei plugin install` has laid them out, and how they are imported.

1. Which there are, the list says; nothing is looked for in folders.
2. Before one is imported, each of its files is compared with RECORD, and RECORD with the list. So it is with those
   that it needs.
3. Its folder comes last on the path: nothing of the appliance or of Python can be replaced.
"""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

from appliance.host.approvals import Approvals, Approved, Point, folder_of
from appliance.host.found import GROUPS, Found, class_of
from appliance.host.path import append
from appliance.host.refused import StartRefused
from appliance.host.trust import refuse_unsafe, refuse_untrusted
from appliance.host.wheel import Wheel, is_hash_of, rows_of
from appliance.model.words import Tier

SITE = "site"
WHEELS = "wheels"
_AGAIN = "`renkei plugin install` it again, from a wheel that you trust"


@dataclass(frozen=True)
class Site:
    """The folders of one installation."""

    state: Path
    approvals: Approvals
    owners: frozenset[int]

    def found(self) -> list[Found]:
        """The plugins on the list, in all tiers."""
        return [
            self._found(one, point, tier)
            for one in self.approvals.distributions
            for tier, group in GROUPS.items()
            for point in one.points
            if point.group == group
        ]

    def points(self, group: str, names: frozenset[str]) -> list[EntryPoint]:
        """The entry points of a group, of distributions that have a plugin of names; what they load is checked."""
        return [
            _Checked(point, self, one)
            for one in self.approvals.distributions
            if not names.isdisjoint(point.name for point in one.points)
            for point in one.points
            if point.group == group
        ]

    def folder(self, one: Approved) -> Path:
        """Where a distribution is."""
        return folder_of(self.state) / SITE / one.place

    def open(self, one: Approved) -> None:
        """Check a distribution with all that it needs, and let it be imported. Raises StartRefused."""
        for each in self._with_needs(one):
            if each.python and each.python != f"{sys.version_info[0]}.{sys.version_info[1]}":
                raise StartRefused(
                    f"{each.name} has native code for Python {each.python}; install its wheel for this one"
                )
            folder = self.folder(each)
            refuse_changed(folder, each, self.owners)
            append(str(folder))

    def text(self, one: Approved, value: str) -> bytes:
        """The source of a plugin's module, from the wheel that was approved; b"" where that is gone."""
        try:
            wheel = Wheel.read(folder_of(self.state) / WHEELS / one.wheel)
        except (StartRefused, OSError):
            return b""
        path = _path_of(value)
        files = wheel.files if wheel.sha256 == one.sha256 else {}
        return files.get(f"{path}.py") or files.get(f"{path}/__init__.py") or b""

    def _with_needs(self, one: Approved) -> list[Approved]:
        """A distribution, and all that it needs in turn."""
        found: dict[str, Approved] = {}
        waiting = [one]
        while waiting:
            next_one = waiting.pop()
            if next_one.name not in found:
                found[next_one.name] = next_one
                waiting += [need for name in next_one.needs if (need := self.approvals.of(name))]
        return list(found.values())

    def _found(self, one: Approved, point: Point, tier: Tier) -> Found:
        load = partial(class_of, _Checked(point, self, one))
        text = partial(self.text, one, point.value)
        return Found(point.name, tier, f"{one.name} ({point.value})", one.version, load, text)


class _Checked(EntryPoint):
    """An entry point that is looked at before it is imported."""

    def __init__(self, point: Point, site: Site, one: Approved) -> None:
        super().__init__(point.name, point.value, point.group)
        vars(self).update(_site=site, _one=one)

    def load(self) -> object:
        """As EntryPoint.load. Raises StartRefused."""
        site, one = vars(self)["_site"], vars(self)["_one"]
        site.open(one)
        file = import_module(self.module).__file__ or ""
        if not Path(file).is_relative_to(site.folder(one)):
            raise StartRefused(f"{one.name}: {self.module} is also in {file}, which comes first; rename the module")
        return super().load()


def _path_of(value: str) -> str:
    return value.partition(":")[0].strip().replace(".", "/")


def refuse_changed(folder: Path, one: Approved, owners: frozenset[int]) -> None:
    """Raise StartRefused unless folder holds what was approved, to the byte, and nothing else."""
    try:
        refuse_untrusted(folder, owners)
        there = {path.relative_to(folder).as_posix(): path for path in _files(folder, owners)}
        infos = [path for path in there if path.count("/") == 1 and path.endswith(".dist-info/RECORD")]
        record = there[infos[0]].read_bytes() if infos else b""
        if hashlib.sha256(record).hexdigest() != one.record:
            raise StartRefused(f"{folder}: its RECORD is not the one of {one.name} that was approved; {_AGAIN}")
        _refuse_other_files(folder, there, record, infos[0])
    except OSError as error:
        raise StartRefused(f"{error.filename} cannot be read: {error.strerror}; {_AGAIN}") from error


def _refuse_other_files(folder: Path, there: dict[str, Path], record: bytes, own: str) -> None:
    rows = rows_of(record.decode("utf-8"))
    for path in sorted(there.keys() | rows.keys()):
        if path not in there:
            raise StartRefused(f"{folder}/{path} is gone; {_AGAIN}")
        if path != own and not is_hash_of(rows.get(path, ""), there[path].read_bytes()):
            raise StartRefused(f"{folder}/{path} is not what was approved; {_AGAIN}")


def _files(folder: Path, owners: frozenset[int]) -> Iterator[Path]:
    """All files below folder, each safe. Raises StartRefused."""
    for path in sorted(folder.iterdir()):
        facts = path.lstat()
        refuse_unsafe(path, facts, owners)
        if path.is_dir():
            yield from _files(path, owners)
        else:
            yield path
