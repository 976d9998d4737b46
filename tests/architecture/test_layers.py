# SPDX-License-Identifier: Apache-2.0
"""What import-linter cannot see: where in a module a tier is imported."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import tree

TIERS = ("appliance.web", "appliance.vault", "appliance.gate")
ABOVE_TIERS = [path for path in tree.python("appliance") if path.parts[1] in {"cli", "testing"}]


def named_modules(node: ast.AST) -> list[str]:
    """The modules that a statement imports, as written."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def at_import_time(path: Path) -> list[str]:
    """The modules that are imported with this one; what only type checkers read is left out."""
    return [name for node in tree.tree(path).body for name in named_modules(node)]


@pytest.mark.parametrize("path", ABOVE_TIERS, ids=str)
def test_a_tier_is_imported_by_the_function_that_needs_it(path: Path) -> None:
    tree.nothing(name for name in at_import_time(path) if name.startswith(TIERS))


@pytest.mark.parametrize("path", tree.python("examples", "plugins"), ids=str)
def test_a_plugin_sees_contracts_and_model_only(path: Path) -> None:
    """Examples are not installed, so that import-linter does not see them; and they will be copied."""
    names = [name for node in ast.walk(tree.tree(path)) for name in named_modules(node)]
    inside = [name for name in names if name.partition(".")[0] == "appliance"]
    tree.nothing(name for name in inside if not name.startswith(("appliance.contracts.", "appliance.model.")))


def test_something_does_start_the_tiers() -> None:
    inside = {name for path in ABOVE_TIERS for node in ast.walk(tree.tree(path)) for name in named_modules(node)}
    assert {tier for tier in TIERS if any(name.startswith(tier) for name in inside)} == set(TIERS)


def test_importing_the_command_loads_no_tier() -> None:

    script = f"import sys, appliance.cli.main; print([n for n in sys.modules if n.startswith({TIERS!r})])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
