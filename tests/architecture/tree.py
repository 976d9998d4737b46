# SPDX-License-Identifier: Apache-2.0
"""The tree as the architecture tests see it: files, parsed modules, distributions."""

import ast
import functools
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSING = {".git", ".venv", "build", "dist", "failed", ".peers", "__pycache__"}
BUDGETS = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text())


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below folder that belongs to the project."""
    for path in sorted(folder.iterdir()):
        if path.name in PASSING or path.name.endswith(("_cache", ".egg-info")) or path.name == ".hypothesis":
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file of the project, relative to its root."""
    return tuple(path.relative_to(ROOT) for path in _walk(ROOT))


@functools.cache
def text(path: Path) -> str | None:
    """What stands in a file of the project; None if it is no text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def python(*tops: str) -> list[Path]:
    """The Python files below the given top folders."""
    return [path for path in files() if path.suffix == ".py" and path.parts[0] in tops]


def product() -> list[Path]:
    """The Python files that are shipped."""
    return python("appliance", "plugins")


@functools.cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> list[Function]:
    """Every function and method of a file, inner ones too."""
    return [node for node in _statements(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements below a node, and what holds some; no function stands in an expression."""
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        for one in getattr(node, name, ()):
            yield one
            yield from _statements(one)


def imports(path: Path) -> set[str]:
    """The top-level names of everything that a file imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def nothing(faults: Iterable[object]) -> None:
    """Fail with one fault a line, if there is any."""
    lines = [str(fault) for fault in faults]
    assert not lines, "\n" + "\n".join(lines)


@dataclass(frozen=True)
class Distribution:
    """Something installable: its folder, its import package and what its pyproject.toml declares."""

    name: str
    version: str
    folder: Path
    package: str
    dependencies: frozenset[str]
    extras: frozenset[str]

    def modules(self) -> list[Path]:
        """Its Python files."""
        inside = self.folder / self.package
        return [path for path in files() if path.suffix == ".py" and path.is_relative_to(inside)]


def requirement_name(requirement: str) -> str:
    """The distribution that a line of requirements asks for, as `aiohttp` in "aiohttp>=3.14,<4"."""
    end = next((at for at, sign in enumerate(requirement) if sign not in "-_." and not sign.isalnum()), None)
    return requirement[:end].lower().replace("_", "-").replace(".", "-")


def _names(requirements: list[str]) -> frozenset[str]:
    return frozenset(requirement_name(requirement) for requirement in requirements)


@functools.cache
def distributions() -> tuple[Distribution, ...]:
    """The gateway and each of its plugins."""
    found = []
    for path in (path for path in files() if path.name == "pyproject.toml"):
        project = tomllib.loads((ROOT / path).read_text())["project"]
        extras = [line for extra in project.get("optional-dependencies", {}).values() for line in extra]
        package = "appliance" if path.parent == Path() else project["name"].replace("-", "_")
        found.append(
            Distribution(
                project["name"],
                project["version"],
                path.parent,
                package,
                _names(project.get("dependencies", [])),
                _names(extras),
            )
        )
    return tuple(found)
