# SPDX-License-Identifier: Apache-2.0
"""Writes the reference part of appliance/contracts/README.md from the contracts: run it when they change."""

import ast
import dataclasses
import enum
import inspect
import textwrap
from collections.abc import Iterator
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
    return "\n".join([f"## {family.id}", "", facts, "", "```python", *_classes(module), "```", ""])


def _way(family: Family) -> str:
    """How its providers come in; commands have to be there before any tier is."""
    return f"`{family.hook}`" if family.tiers else f"entry points `{GROUP}`"


def _time(family: Family) -> str:
    longer = "".join(f", `{method}` {seconds:g} s" for method, seconds in family.own_time)
    return f"time for one call {family.timeout:g} s{longer}" if family.timeout else "no limit of time"


def _classes(module: ModuleType) -> Iterator[str]:
    """The public classes of a module, in the order of the file, without bodies."""
    tree = ast.parse(inspect.getsource(module))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from _class(node, getattr(module, node.name))


def _class(node: ast.ClassDef, kind: type) -> Iterator[str]:
    bases = ", ".join(map(ast.unparse, node.bases))
    yield f"class {node.name}({bases}):" if bases else f"class {node.name}:"
    yield _indented(_doc(inspect.getdoc(kind) or ""))
    yield from (_indented(line) for line in _members(node, kind))
    yield ""


def _members(node: ast.ClassDef, kind: type) -> Iterator[str]:
    data = dataclasses.is_dataclass(kind) or issubclass(kind, enum.Enum)
    for part in node.body:
        if data and isinstance(part, ast.AnnAssign | ast.Assign):
            yield ast.unparse(part)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _method(part)


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    answer = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    yield f"{word} {node.name}({ast.unparse(node.args)}){answer}:"
    yield _indented(_doc(ast.get_docstring(node) or ""))


def _doc(text: str) -> str:
    """A docstring as it stands in a source."""
    return f'"""{text}\n"""' if "\n" in text else f'"""{text}"""'


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ")


def main() -> None:
    """Replace the reference part of the page."""
    before = PAGE.read_text("utf-8").partition(BEGIN)[0]
    PAGE.write_text(f"{before}{BEGIN}\n{reference()}", "utf-8")


if __name__ == "__main__":
    main()
