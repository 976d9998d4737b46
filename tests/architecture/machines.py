# SPDX-License-Identifier: Apache-2.0
"""Draws the state machines of the vault for docs/machines.md; `make drawings` writes it anew."""

import importlib
import pkgutil
import sys
from types import ModuleType
from typing import Any

from appliance.vault import workflow
from tests.architecture import tree

DRAWINGS = tree.ROOT / "docs" / "machines.md"
HEAD = """# State machines

Each machine is one table and one pure function in `appliance/vault/workflow/`. This page is drawn from the tables;
`make drawings` writes it anew, and a test fails when it is stale.
"""


def machines() -> list[ModuleType]:
    """Every module of the workflow that has a table of edges."""
    names = [found.name for found in pkgutil.iter_modules(workflow.__path__, f"{workflow.__name__}.")]
    return [module for module in map(importlib.import_module, names) if hasattr(module, "EDGES")]


def drawing(module: ModuleType) -> str:
    """One machine: its first sentence, its picture, its table."""
    title = module.__name__.rpartition(".")[2].replace("_", " ").capitalize()
    edges = module.EDGES
    return "\n".join(
        [f"\n## {title}\n", (module.__doc__ or "").strip(), "", "```mermaid", "stateDiagram-v2"]
        + [f"    {edge.start or '[*]'} --> {edge.end}: {edge.command}" for edge in edges]
        + ["```", "", "| from | command | guard | to | effect |", "|---|---|---|---|---|"]
        + [f"| {' | '.join(_cells(edge))} |" for edge in edges]
    )


def _cells(edge: Any) -> list[str]:
    guard = edge.guard.__name__ if edge.guard else "–"
    return [edge.start or "–", edge.command, guard, edge.end, edge.effect.__name__]


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(map(drawing, machines())) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        DRAWINGS.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
