# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin install` and `remove`: the fund's own plugins come and go, journaled and as a whole."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from appliance.cli.ask import ask
from appliance.cli.failure import Failure
from appliance.config.load import load
from appliance.config.settings import Settings
from appliance.contracts.plugin import PluginError
from appliance.contracts.records import StoreError
from appliance.host.approvals import Approvals, read_approvals, write_approvals
from appliance.host.durable import sync_folder, write_whole
from appliance.host.fitting import approved_of, refuse_taken_names, refuse_unfit, shipped
from appliance.host.found import GROUPS, Found, installed, single_files
from appliance.host.laying_out import alone, kept_wheels, lay_out, sweep
from appliance.host.present import trusted_owners
from appliance.host.refused import StartRefused
from appliance.host.single_file import SingleFile
from appliance.host.site import Site
from appliance.host.wheel import Wheel
from appliance.link.messages import ApprovePlugin, BlockPlugin
from appliance.model.words import Tier

NAME = "[a-z][a-z0-9_]*"
# What a single file holds afterwards, and held before; None where there is none.
Exchange = tuple[bytes | None, bytes | None]


@dataclass(frozen=True)
class Change:
    """What is to be journaled, and the lists: before, while files are exchanged, and after."""

    messages: Sequence[ApprovePlugin]
    before: Approvals
    between: Approvals
    after: Approvals
    files: dict[Path, Exchange] = field(default_factory=dict)


@dataclass(frozen=True)
class Installed:
    """What came, a line each; and by name the plugins that are concerned, with the tiers in which they run."""

    lines: list[str]
    plugins: dict[str, set[Tier]]


@dataclass(frozen=True)
class Installation:
    """The configuration, and whose plugins it trusts."""

    config: Path
    settings: Settings
    owners: frozenset[int]
    is_offline: bool

    @classmethod
    def at(cls, config: Path, is_offline: bool) -> "Installation":
        """Read the configuration. Raises ConfigError."""
        return cls(config, load(config), trusted_owners(config), is_offline)

    @property
    def state(self) -> Path:
        """Where the list is."""
        return Path(self.settings.state)

    @property
    def plugins(self) -> Path:
        """Where single files are."""
        return Path(self.settings.plugins_dir)

    def approvals(self) -> Approvals:
        """The list as it is."""
        return read_approvals(self.state, self.owners) or Approvals(is_kept=False)

    def make(self, change: Change) -> None:
        """Journal the change and let it count; without a running vault the other way round, and maybe taken back.

        A plugin that keeps the vault from starting would keep it from journaling its own repair, too.
        """
        if not self.is_offline:
            self._journal(change)
            self._do(change)
            return
        try:
            self._do(change)
            self._journal(change)
        except BaseException:
            self._undo(change)
            raise

    def _journal(self, change: Change) -> None:
        for message in change.messages:
            if self.is_offline:
                journal_offline(self.config, message)
            else:
                ask(self.config, message)

    def _do(self, change: Change) -> None:
        self._exchange(change.between, {path: new for path, (new, _) in change.files.items()}, change.after)

    def _undo(self, change: Change) -> None:
        self._exchange(change.between, {path: old for path, (_, old) in change.files.items()}, change.before)

    def _exchange(self, between: Approvals, files: dict[Path, bytes | None], last: Approvals) -> None:
        """Exchange the list, and files while it lets both of them in."""
        if files:
            write_approvals(self.state, between)
        for path, content in files.items():
            _put(path, content)
        write_approvals(self.state, last)


def journal_offline(config: Path, message: ApprovePlugin | BlockPlugin) -> None:
    """Journal a change that counts already. Raises what opening the store raises.

    systemd may have started the vault just now, with the change in it: then that one has the store, and answers.
    """
    try:
        ask(config, message, is_offline=True)
    except (Failure, StartRefused, PluginError, StoreError, OSError, ExceptionGroup) as not_opened:
        try:
            ask(config, message)
        except (Failure, OSError, ExceptionGroup):
            raise not_opened from None


def install(config: Path, paths: Iterable[Path], *, allow_native: bool, is_offline: bool) -> Installed:
    """Install wheels and single files. Raises Failure, StartRefused, ConfigError, OSError."""
    here = Installation.at(config, is_offline)
    with alone(here.state, here.owners):
        before = here.approvals()
        sweep(here.state, before)
        chosen = [*paths]
        contents = {path: path.read_bytes() for path in chosen if path.suffix == ".whl"}
        wheels = {path: Wheel.of(path, content) for path, content in contents.items()}
        files = [_single(path) for path in chosen if path not in wheels]
        _refuse_unfit(here, before, [*wheels.values()], files, allow_native)
        change = _change(here, before, [*wheels.values()], files)
        for path, wheel in wheels.items():
            one = change.after.of(wheel.name)
            assert one is not None
            lay_out(here.state, wheel, contents[path], one)
        here.make(change)
    lines = [f"{one.name} {one.version or '-'} sha256:{one.sha256}" for one in change.messages]
    return Installed(lines, _concerned(change, files))


def remove(config: Path, name: str, *, is_offline: bool) -> str:
    """Remove a distribution or a single file, by its name or by that of a plugin in it; the name of what went.

    Raises Failure while the configuration has a table for it, or something else needs it.
    """
    here = Installation.at(config, is_offline)
    with alone(here.state, here.owners):
        before = here.approvals()
        one = next((one for one in before.distributions if name in (one.name, *(p.name for p in one.points))), None)
        file = here.plugins / f"{name}.py"
        if one is not None:
            _refuse_needed(here, before, one.name, {point.name for point in one.points})
            message = ApprovePlugin(one.name, one.version, one.sha256, False)
            after = before.without(one.name)
            here.make(Change([message], before, before, after))
            sweep(here.state, after)
            return one.name
        if file.parent == here.plugins and file.is_file():
            _refuse_needed(here, before, "", {name})
            here.make(_without(here, before, file))
            return name
    raise Failure(f"nothing of the fund's own is called {name}; `renkei plugin list` shows what there is")


@dataclass(frozen=True)
class _Single:
    """A file that is to become a plugin: its name, and what it holds."""

    name: str
    content: bytes
    file: SingleFile

    def message(self, *, approved: bool) -> ApprovePlugin:
        """What the journal is told."""
        return ApprovePlugin(self.name, self.file.version, self.file.sha256, approved)


def _single(path: Path) -> _Single:
    """A single-file plugin at path. Raises Failure, StartRefused, OSError."""
    if path.suffix != ".py" or re.fullmatch(NAME, path.stem) is None:
        raise Failure(
            f"{path} is neither a wheel nor a single file with a name such as my_policy.py; "
            "`renkei plugin pack FOLDER` makes a wheel of a folder"
        )
    content = path.read_bytes()
    return _Single(path.stem, content, SingleFile.of(path, content))


def _refuse_unfit(
    here: Installation, before: Approvals, wheels: Sequence[Wheel], files: Sequence[_Single], allow_native: bool
) -> None:
    """Raise StartRefused for what does not fit beside all that stays."""
    coming = frozenset(wheel.name for wheel in wheels)
    refuse_unfit(wheels, kept_wheels(here.state, before, coming), shipped(), allow_native=allow_native)
    staying = replace(before, distributions=tuple(one for one in before.distributions if one.name not in coming))
    singles = {one.name: one.file.tier for one in files}
    there = [one for one in single_files(here.plugins, here.owners) if one.name not in singles]
    others = [*installed(), *Site(here.state, staying, here.owners).found(), *there]
    for other in others:
        if other.name in singles and other.tier in (singles[other.name], None):
            raise Failure(f"there is a plugin `{other.name}`: {other.source}; remove that first")
    added = [Found(one.name, one.file.tier, str(one.file.path), "", one.file.plugin, bytes) for one in files]
    refuse_taken_names(wheels, [*others, *added])


def _change(here: Installation, before: Approvals, wheels: Sequence[Wheel], files: Sequence[_Single]) -> Change:
    """What the install will change."""
    names = {one.name for one in before.distributions} | {wheel.name for wheel in wheels}
    lines = [approved_of(wheel, names) for wheel in wheels]
    after = between = replace(before.having(*lines), is_kept=True)
    messages = [ApprovePlugin(one.name, one.version, one.sha256, True) for one in lines]
    exchanged: dict[Path, Exchange] = {}
    for one in (*files, *_first(here, before, {one.name for one in files})):
        target = here.plugins / f"{one.name}.py"
        messages.append(one.message(approved=True))
        between = between.with_file(one.name, *before.files.get(one.name, ()), one.file.sha256)
        after = after.with_file(one.name, one.file.sha256)
        exchanged[target] = (one.content, target.read_bytes() if target.exists() else None)
    return Change(messages, before, between, after, exchanged)


def _concerned(change: Change, files: Sequence[_Single]) -> dict[str, set[Tier]]:
    """The plugins that came, and those that use a library that came."""
    came = {one.name for one in change.messages}
    found: dict[str, set[Tier]] = {one.name: {one.file.tier} for one in files}
    for one in change.after.distributions:
        for point in one.points if came & {one.name, *one.needs} else ():
            found.setdefault(point.name, set()).update(
                tier for tier, group in GROUPS.items() if group == point.group
            )
    return found


def _without(here: Installation, before: Approvals, file: Path) -> Change:
    """What the removal of a single file will change."""
    content = file.read_bytes()
    one = _Single(file.stem, content, SingleFile.of(file, content))
    after = replace(before.with_file(one.name), is_kept=True)
    messages = [one.message(approved=False)]
    for stays in _first(here, before, {one.name}):
        after = after.with_file(stays.name, stays.file.sha256)
        messages.append(stays.message(approved=True))
    return Change(messages, before, before, after, {file: (None, content)})


def _first(here: Installation, before: Approvals, but: set[str]) -> list[_Single]:
    """With the first list, what ran without one is approved, too: its owner had put it there."""
    if before.is_kept or not here.plugins.is_dir():
        return []
    return [_single(path) for path in sorted(here.plugins.glob("*.py")) if path.stem not in but]


def _refuse_needed(here: Installation, before: Approvals, name: str, plugins: set[str]) -> None:
    """Raise Failure while something still counts on what is to go."""
    for plugin in sorted(plugins & set(here.settings.plugins)):
        raise Failure(
            f"{here.config} has a table [plugins.{plugin}], and no service starts without what it names; "
            "take the table out first, then restart"
        )
    for one in before.distributions:
        if name in one.needs:
            raise Failure(f"{one.name} needs {name}; remove {one.name} first")


def _put(path: Path, content: bytes | None) -> None:
    """Let path hold content, or not be there."""
    if content is None:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    else:
        write_whole(path, content)
