# SPDX-License-Identifier: Apache-2.0
"""Where plugins are found: entry points of installed distributions, and single files of the fund's own."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

from appliance.contracts.plugin import Plugin
from appliance.host.path import shipped_points
from appliance.host.refused import StartRefused
from appliance.host.single_file import SingleFile, refuse_unsafe_folder
from appliance.model.words import Tier

GROUPS = {tier: f"renkei.{tier}" for tier in Tier}
BROKEN = (Exception, SystemExit)  # what importing somebody's module may raise


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin that is there. tier is None for a file that does not say.

    text is its source, read without running it, b"" where it cannot be had. load imports it; raises StartRefused.
    """

    name: str
    tier: Tier | None
    source: str
    version: str
    load: Callable[[], type[Plugin]]
    text: Callable[[], bytes]


def installed() -> list[Found]:
    """The plugins that the appliance brings, in all tiers. One that serves two tiers is here twice."""
    tiers = {group: tier for tier, group in GROUPS.items()}
    return [_installed(point, tiers[point.group]) for point in shipped_points(*tiers)]


def single_files(
    folder: Path, owners: frozenset[int], approved: Mapping[str, tuple[str, ...]] | None = None
) -> list[Found]:
    """The plugins in folder, one file each; none if there is no folder.

    approved are the SHA-256 of those that may run, by name; None where the installation keeps no such list.
    Raises StartRefused if the folder itself is not safe. A file that is not safe is found with its fault.
    """
    if not folder.exists() and not folder.is_symlink():
        return []
    refuse_unsafe_folder(folder, owners)
    return [_file(path, owners, approved) for path in sorted(folder.glob("*.py"))]


def by_name(found: list[Found], tier: Tier) -> Mapping[str, Found]:
    """The plugins of a tier by their names. Raises StartRefused where two have one name."""
    chosen: dict[str, Found] = {}
    for plugin in found:
        if plugin.tier not in (tier, None):
            continue
        if plugin.name in chosen:
            both = f"{chosen[plugin.name].source} and {plugin.source}"
            raise StartRefused(f"there are two plugins `{plugin.name}`: {both}; remove one")
        chosen[plugin.name] = plugin
    return chosen


def _installed(point: EntryPoint, tier: Tier) -> Found:
    head = point.dist.metadata if point.dist else {"Name": "an unnamed distribution", "Version": ""}
    distribution, version = head["Name"], head["Version"]
    source = f"{distribution} ({point.value})"
    return Found(point.name, tier, source, version, partial(class_of, point), partial(_text_of, point))


def class_of(point: EntryPoint) -> type[Plugin]:
    """Import it. Raises StartRefused."""
    try:
        loaded = point.load()
    except StartRefused:
        raise
    except BROKEN as error:
        raise StartRefused(f"{point.value} does not import: {type(error).__name__}: {error}") from error
    if not (isinstance(loaded, type) and issubclass(loaded, Plugin)):
        raise StartRefused(f"{point.value} is no subclass of appliance.contracts.plugin.Plugin")
    return loaded


def _text_of(point: EntryPoint) -> bytes:
    """The source of its module."""
    try:
        spec = find_spec(point.module)
    except BROKEN:
        return b""
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return b""
    return Path(spec.origin).read_bytes()


def _file(path: Path, owners: frozenset[int], approved: Mapping[str, tuple[str, ...]] | None) -> Found:
    try:
        file = SingleFile.read(path, owners)
    except StartRefused as error:
        text = partial(_approved_text, path, approved)
        return Found(path.stem, None, str(path), "", partial(_refuse, str(error)), text)
    load = file.plugin
    if approved is not None and file.sha256 not in approved.get(path.stem, ()):
        load = partial(_refuse, f"{path} {_unapproved(path, path.stem in approved)}")
    return Found(path.stem, file.tier, str(path), file.version, load, lambda: file.text)


def _approved_text(path: Path, approved: Mapping[str, tuple[str, ...]] | None) -> bytes:
    """The text of a file that is not safe, if it is still the one that was approved; else b""."""
    try:
        text = path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""
    return text if hashlib.sha256(text).hexdigest() in (approved or {}).get(path.stem, ()) else b""


def _unapproved(path: Path, was_approved: bool) -> str:
    what = "was changed since it was approved" if was_approved else "was not approved"
    return f"{what}; read it, then `renkei plugin install {path}`"


def _refuse(text: str) -> type[Plugin]:
    raise StartRefused(text)
