# SPDX-License-Identifier: Apache-2.0
"""The list of approved plugins of the fund's own: what `renkei plugin install` lets in, and by which SHA-256.

1. The list is the truth: what it does not name is not there, whatever lies in the folders beside it.
2. It is replaced as a whole, so an install, an upgrade or a removal happens completely or not at all.
3. Every line was journaled before it counts; a plugin that differs from its line does not start (design §4).
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from appliance.host.durable import sync_folder, write_whole
from appliance.host.refused import StartRefused
from appliance.host.trust import refuse_untrusted

FOLDER = "plugins"
LIST = "approved.json"
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Point:
    """Where a plugin is in its distribution: the entry point's group, name and value."""

    group: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Approved:
    """A distribution. wheel is its file's name, sha256 the file's; record is the SHA-256 of its RECORD.

    needs are the approved distributions that it imports; python is "3.11" for one with native code, else "".
    """

    name: str
    version: str
    wheel: str
    sha256: str
    record: str
    points: tuple[Point, ...] = ()
    needs: tuple[str, ...] = ()
    python: str = ""

    @property
    def place(self) -> Path:
        """Its folder below the one of all distributions; each wheel has its own, so that two never mix."""
        return Path(self.name) / self.sha256[:_SHORT]


@dataclass(frozen=True, slots=True)
class Approvals:
    """All of the list. files are single-file plugins by name, each with the SHA-256 that it may have.

    While a file is exchanged it may have two. Without is_kept the installation has no list yet.
    """

    distributions: tuple[Approved, ...] = ()
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_kept: bool = True

    def of(self, name: str) -> Approved | None:
        """The distribution of this name."""
        return next((one for one in self.distributions if one.name == name), None)

    def having(self, *more: Approved) -> "Approvals":
        """With these, each instead of the one of its name."""
        names = {one.name for one in more}
        return replace(self, distributions=(*(one for one in self.distributions if one.name not in names), *more))

    def without(self, name: str) -> "Approvals":
        """Without the distribution of this name."""
        return replace(self, distributions=tuple(one for one in self.distributions if one.name != name))

    def with_file(self, name: str, *hashes: str) -> "Approvals":
        """With a single file that may have these SHA-256; with none of them, without it."""
        files = {one: told for one, told in self.files.items() if one != name}
        return replace(self, files={**files, name: hashes} if hashes else files)


def folder_of(state: Path) -> Path:
    """Where the list is, and below it `site` and `wheels`."""
    return state / FOLDER


def read_approvals(state: Path, owners: frozenset[int]) -> Approvals | None:
    """The list; None where there is none. Raises StartRefused for one that cannot be believed or read."""
    file = folder_of(state) / LIST
    try:
        refuse_untrusted(file, owners)
        text = file.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return msgspec.json.decode(text or b"{}", type=Approvals)
    except msgspec.MsgspecError as error:
        raise StartRefused(f"{file} is damaged: {error}; put it back from a backup") from error


def write_approvals(state: Path, approvals: Approvals) -> None:
    """Replace the list, durably and as a whole; one that is not kept is taken away."""
    file = folder_of(state) / LIST
    if approvals.is_kept:
        write_whole(file, msgspec.json.format(msgspec.json.encode(approvals), indent=2) + b"\n")
    else:
        file.unlink(missing_ok=True)
        sync_folder(file.parent)
