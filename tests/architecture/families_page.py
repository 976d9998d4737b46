# SPDX-License-Identifier: Apache-2.0
"""Writes the reference part of appliance/contracts/README.md from the contracts: run it when they change."""

import ast
import inspect
from pathlib import Path
from types import ModuleType

from appliance.contracts.families import FAMILIES, Family
from appliance.host.commands import GROUP

PAGE = Path("appliance/contracts/README.md")
BEGIN = "<!-- From here on made from the code: python -m tests.architecture.families_page -->\n"


def reference() -> str:
    """The table of families, then one section for each that takes plugins."""
    sections = (section(family) for family in FAMILIES if family.contract is not None)
    return "\n".join([table(), *sections])


def table() -> str:
    """One line a family."""
    lines = [
        "| family | hook | tier | how several combine | failing means | takes plugins |",
        "|---|---|---|---|---|---|",
    ]
    for family in FAMILIES:
        takes = f"[yes](#{family.id})" if family.contract else "later"
        tiers = ", ".join(sorted(family.tiers)) or "–"
        lines.append(
            f"| {family.does} | {_way(family)} | {tiers} | {family.combine} | {family.failure} | {takes} |"
        )
    return "\n".join(lines) + "\n"


def section(family: Family) -> str:
    """What a plugin of this family writes, and what it is handed."""
    module = inspect.getmodule(family.contract)
    assert module is not None and family.contract is not None
    facts = f"`{module.__name__}` · {_way(family)} · {_time(family)}"
    return "\n".join([f"## {family.id}", "", facts, "", "```python", _classes(module), "```", ""])


def _way(family: Family) -> str:
    """How its providers come in; commands have to be there before any tier is."""
    return f"`{family.hook}`" if family.tiers else f"entry points `{GROUP}`"


def _time(family: Family) -> str:
    longer = "".join(f", `{method}` {seconds:g} s" for method, seconds in family.own_time)
    return f"time for one call {family.timeout:g} s{longer}" if family.timeout else "no limit of time"


def _classes(module: ModuleType) -> str:
    """The classes of a module as they stand in its source, in the order of the file."""
    source = inspect.getsource(module)
    lines = source.splitlines()
    found = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return "\n\n\n".join("\n".join(lines[_first_line(node) - 1 : node.end_lineno]) for node in found)


def _first_line(node: ast.ClassDef) -> int:
    """Where its decorators begin."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def main() -> None:
    """Replace the reference part of the page."""
    before = PAGE.read_text("utf-8").partition(BEGIN)[0]
    PAGE.write_text(f"{before}{BEGIN}\n{reference()}", "utf-8")


if __name__ == "__main__":
    main()
