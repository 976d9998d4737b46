# SPDX-License-Identifier: Apache-2.0
"""Do wheels fit beside what is there? What they need is there or comes with them, and nothing comes twice."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import Distribution
from platform import python_version

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from appliance.host.approvals import Approved
from appliance.host.found import Found
from appliance.host.path import shipped_distributions
from appliance.host.refused import StartRefused
from appliance.host.wheel import Wheel, canonical
from appliance.model.words import Tier


@dataclass(frozen=True)
class Shipped:
    """What the appliance brings: versions of distributions by name, and who brings which module."""

    versions: Mapping[str, str]
    modules: Mapping[str, str]

    @classmethod
    def of(cls, found: Iterable[Distribution]) -> "Shipped":
        """The same of certain distributions."""
        versions: dict[str, str] = {}
        modules = {name: "Python" for name in sys.stdlib_module_names}
        for one in found:
            head = one.metadata  # is read anew each time
            name = canonical(head["Name"])
            versions[name] = head["Version"]
            modules.update({module: name for module in _modules(one)})
        modules["appliance"] = "renkei-gateway"
        return cls(versions, modules)


def shipped() -> Shipped:
    """What the appliance of this process brings."""
    return Shipped.of(shipped_distributions())


def _modules(one: Distribution) -> set[str]:
    """The list of files is read here: the library makes a path of each of tens of thousands, in half a second."""
    record = one.read_text("RECORD")
    paths = (row[0] for row in csv.reader(record.splitlines()) if row) if record else map(str, one.files or [])
    tops = {path.partition("/")[0] for path in paths}
    return {top.partition(".")[0] for top in tops if not top.endswith((".dist-info", ".egg-info", ".pth", ".."))}


def refuse_unfit(wheels: Sequence[Wheel], others: Sequence[Wheel], core: Shipped, *, allow_native: bool) -> None:
    """Raise StartRefused, naming the file, for the first wheel that does not fit.

    others are those that stay: they must find what they need, too, and bring no module that comes again.
    """
    _refuse_one_name([wheel.name for wheel in wheels])
    there = {one.name: one.version for one in (*others, *wheels)} | dict(core.versions)
    for wheel in wheels:
        with _named(wheel):
            _refuse_native(wheel, allow_native)
            _refuse_second(wheel, core)
            _refuse_python(wheel)
    for wheel in (*wheels, *others):
        with _named(wheel):
            _refuse_unmet(wheel, there)
    _refuse_taken_modules((*others, *wheels))


@contextmanager
def _named(wheel: Wheel) -> Iterator[None]:
    try:
        yield
    except StartRefused as error:
        raise StartRefused(f"{wheel.file}: {error}") from error


def refuse_taken_names(wheels: Sequence[Wheel], others: Iterable[Found]) -> None:
    """Raise StartRefused where there is a plugin of the same name in the same tier; others are those that stay."""
    taken = {(one.name, one.tier): one.source for one in others}
    for wheel in wheels:
        for point in wheel.points:
            tier = next((tier for tier in Tier if point.group == f"renkei.{tier}"), None)
            first = tier and (taken.get((point.name, tier)) or taken.get((point.name, None)))
            if first:
                raise StartRefused(f"{wheel.file}: there is a plugin `{point.name}`: {first}; remove that first")
            taken[point.name, tier] = wheel.file


def needs_of(wheel: Wheel, names: Iterable[str]) -> tuple[str, ...]:
    """Which distributions of names the wheel needs."""
    wanted = {canonical(one.name) for one in _asked(wheel)}
    return tuple(sorted(wanted & set(names)))


def _refuse_native(wheel: Wheel, allowed: bool) -> None:
    if not wheel.native:
        return
    if not allowed:
        raise StartRefused(
            f"it has native code ({wheel.native[0]}), which no sandbox of Python bounds; "
            "if you trust who built it, say --allow-native"
        )
    try:
        tags = parse_wheel_filename(wheel.file)[3]
    except InvalidWheelFilename as error:
        raise StartRefused(f"this is no name of a wheel: {error}") from error
    if tags.isdisjoint(sys_tags()):
        raise StartRefused(f"it is built for another Python than {python_version()}, or for another machine")


def _refuse_second(wheel: Wheel, core: Shipped) -> None:
    if wheel.name in core.versions:
        raise StartRefused(f"{wheel.name} {core.versions[wheel.name]} is part of the appliance; leave this one out")
    for module in sorted(wheel.modules):
        if module in core.modules:
            raise StartRefused(
                f"it brings the module {module}, which {core.modules[module]} of the appliance has; leave it out"
            )


def _refuse_python(wheel: Wheel) -> None:
    wanted = str(wheel.head["Requires-Python"] or "")
    try:
        if not SpecifierSet(wanted).contains(python_version()):
            raise StartRefused(f"it needs Python {wanted}, and here is {python_version()}")
    except InvalidSpecifier as error:
        raise StartRefused(f"its Requires-Python cannot be read: {error}") from error


def _refuse_unmet(wheel: Wheel, there: Mapping[str, str]) -> None:
    for asked in _asked(wheel):
        version = there.get(canonical(asked.name))
        if version is None:
            raise StartRefused(
                f"it needs {asked}, which is not there; name the wheel of {asked.name} in the same command"
            )
        if asked.url:
            raise StartRefused(f"it needs {asked.name} from an address, and nothing is fetched; name a version")
        if not asked.specifier.contains(version, prereleases=True):
            raise StartRefused(f"it needs {asked}, and here is {asked.name} {version}; build it for this version")


def _asked(wheel: Wheel) -> list[Requirement]:
    """What the wheel needs here. Raises StartRefused for what cannot be read."""
    try:
        asked = [Requirement(line) for line in wheel.requires]
    except InvalidRequirement as error:
        raise StartRefused(f"its Requires-Dist cannot be read: {error}") from error
    return [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]


def _refuse_one_name(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise StartRefused(f"two of the wheels are {name}; give one of them")


def _refuse_taken_modules(wheels: Iterable[Wheel]) -> None:
    taken: dict[str, str] = {}
    for wheel in wheels:
        for module in sorted(wheel.modules):
            if module in taken:
                raise StartRefused(
                    f"{taken[module]} and {wheel.name} both bring the module {module}; remove one of them"
                )
            taken[module] = wheel.name


def approved_of(wheel: Wheel, names: Iterable[str]) -> Approved:
    """The line of the list for a wheel, where names are all distributions that will be on it."""
    return Approved(
        name=wheel.name,
        version=wheel.version,
        wheel=wheel.file,
        sha256=wheel.sha256,
        record=wheel.record,
        points=wheel.points,
        needs=needs_of(wheel, names),
        python=".".join(python_version().split(".")[:2]) if wheel.native else "",
    )
