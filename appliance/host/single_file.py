# SPDX-License-Identifier: Apache-2.0
"""A plugin in one file, as fund IT writes it: checked before a line of it runs.

1. File, folder and all above belong to root or to the owner of the configuration, and nobody else can write them.
2. What was checked is what runs: the file is opened once, never followed through a link, and read to its end.
3. TIER is read from the text; a file for another tier is not imported here.
4. Nothing is written: no bytecode beside the source.
"""

import ast
import hashlib
import importlib.util
import os
import stat
import sys
from dataclasses import dataclass
from importlib.abc import InspectLoader
from pathlib import Path
from types import CodeType, ModuleType

from appliance.contracts.plugin import Plugin
from appliance.host.refused import StartRefused
from appliance.host.trust import refuse_unsafe, refuse_untrusted
from appliance.model.words import Tier

MODULE_PREFIX = "renkei_file_"


@dataclass(frozen=True, slots=True)
class SingleFile:
    """The text of a checked file, and what it says of itself."""

    path: Path
    text: bytes
    tier: Tier
    version: str

    @classmethod
    def read(cls, path: Path, owners: frozenset[int]) -> "SingleFile":
        """Check and read the file at path. Raises StartRefused."""
        return cls.of(path, _read_safely(path, owners))

    @classmethod
    def of(cls, path: Path, text: bytes) -> "SingleFile":
        """The same of a text that path has, or will have. Raises StartRefused."""
        constants = _constants(path, text)
        return cls(path, text, _tier(path, constants.get("TIER")), str(constants.get("VERSION") or ""))

    @property
    def sha256(self) -> str:
        """Of its text."""
        return hashlib.sha256(self.text).hexdigest()

    def plugin(self) -> type[Plugin]:
        """Run the file; the one Plugin class that it defines. Raises StartRefused."""
        module = self._run()
        found = [value for value in vars(module).values() if _is_plugin_of(value, module)]
        if len(found) != 1:
            raise StartRefused(
                f"{self.path} defines {len(found)} subclasses of Plugin; a single file has exactly one"
            )
        kind: type[Plugin] = found[0]
        return kind

    def _run(self) -> ModuleType:
        sys.dont_write_bytecode = True
        name = MODULE_PREFIX + self.path.stem
        spec = importlib.util.spec_from_loader(name, _Checked(self), origin=str(self.path))
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look their module up by name
        try:
            _Checked(self).exec_module(module)
        except (Exception, SystemExit) as error:
            del sys.modules[name]
            raise StartRefused(f"{self.path} does not import: {type(error).__name__}: {error}") from error
        return module


class _Checked(InspectLoader):
    """Loads exactly the text that was checked."""

    def __init__(self, file: SingleFile) -> None:
        self._file = file

    def get_source(self, fullname: str) -> str:
        return importlib.util.decode_source(self._file.text)

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._file.text, str(self._file.path))

    def is_package(self, fullname: str) -> bool:
        return False


def refuse_unsafe_folder(folder: Path, owners: frozenset[int]) -> None:
    """Raise StartRefused unless folder is a folder that only owners can change, or move."""
    if not stat.S_ISDIR(folder.lstat().st_mode):
        raise StartRefused(f"{folder} is not a folder; `plugins_dir` names a folder, and no link to one")
    refuse_untrusted(folder, owners)


def _read_safely(path: Path, owners: frozenset[int]) -> bytes:
    try:
        with open(path, "rb", opener=_no_link) as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise StartRefused(f"{path} is not a regular file")
            refuse_unsafe(path, facts, owners)
            return file.read()
    except OSError as error:
        raise StartRefused(f"{path} cannot be read: {error.strerror}; it is a file and no link") from error


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _constants(path: Path, text: bytes) -> dict[str, object]:
    """The constants TIER and VERSION of a module, without running it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise StartRefused(f"{path} does not import: {type(error).__name__}: {error}") from error
    found: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = _constant(node.value)
    return found


def _constant(node: ast.expr) -> object:
    """A literal, or the name in `Tier.VAULT`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Tier":
        return node.attr.lower()
    return node.value if isinstance(node, ast.Constant) else None


def _tier(path: Path, word: object) -> Tier:
    for tier in Tier:
        if word == tier.value:
            return tier
    raise StartRefused(f"{path} does not say where it runs; write `TIER = Tier.VAULT` (or WEB, or GATE)")


def _is_plugin_of(value: object, module: ModuleType) -> bool:
    """Whether value is a plugin class made in module, not one that it imported."""
    return isinstance(value, type) and issubclass(value, Plugin) and value.__module__ == module.__name__
