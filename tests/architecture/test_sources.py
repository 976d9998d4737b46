# SPDX-License-Identifier: Apache-2.0
"""What every source file keeps: its first lines, no empty words, no address of a machine, nothing lost."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture import tree

SPDX = "# SPDX-License-Identifier: Apache-2.0\n"
# Written in pieces, so that this file keeps its own rules.
# More of the last letter stand for the symbols of a file name that is printed so (R31).
EMPTY_WORDS = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "(?<![X(])XX" + "X(?!X)"]))
EMPTY_NAMES = {"util" + "s", "helper" + "s", "comm" + "on", "misc", "manager", "base"}
EMPTY_CLASSES = re.compile(r"\w*Manager|Base[A-Z]\w*|\w+Base|\w+Interface|\w*Helper|I[A-Z][a-z]\w*")
MACHINE = re.compile(r"(?<![\w.~*}$-])/(?:" + "|".join(["root", "work", "home"]) + r")/")
REGISTRY = re.compile("(?:extra-)?index[-_]url|find[-_]" + "links")
HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?([A-Za-z0-9_.-]+\.[A-Za-z]{2,})")
MAIL = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})")
UNIT = re.compile(r"\.(?:service|socket)$")
EXAMPLE = re.compile(r"(?:^|\.)(?:example\.(?:jp|com|org|net)|example|test|invalid|localhost)$")
# Public pages that texts and licences refer to. Nothing is fetched from them.
REFERENCES = {
    "c2sp.org",
    "schemas.openxmlformats.org",
    "www.apache.org",
    "www.debian.org",
    "www.freedesktop.org",
    "www.w3.org",
}
# The machine's clock and chance are read by the host, which hands them on, and by programs where there is none.
OWNERS_OF_CHANCE = [
    Path("appliance/host/system.py"),
    Path("appliance/cli/init.py"),
    Path("plugins/kit_linux/renkei_kit_linux/on_pc/clock.py"),
    Path("plugins/tunnel_softether/renkei_tunnel_softether/command.py"),
]
CLOCK_OR_CHANCE = re.compile(
    r"(?:time\.)?(?:time|time_ns)|(?:\w+\.)*(?:datetime|date)\.(?:now|utcnow|today)|os\.urandom|os\.getrandom"
)
LOST = re.compile(r"(?:asyncio|\w*loop)\.(?:create_task|ensure_future)")
SILENCED_WITH_REASON = re.compile(r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)* - \w")

Rule = Callable[[Path], Iterator[str]]


# --- rules: each yields what is wrong with a file -----------------------------------------------------------------


def bare_beginning(path: Path) -> Iterator[str]:
    """A module begins with its licence and one sentence that says what it is."""
    if not (tree.text(path) or "").startswith(SPDX):
        yield "the first line is not the SPDX line"
    sentence = (ast.get_docstring(tree.tree(path)) or "").partition("\n\n")[0].rstrip()
    if not sentence.endswith((".", "?", ")", ":")):
        yield "no sentence says what it is"


def undocumented(path: Path) -> Iterator[str]:
    """What is public and says nothing about itself; inner functions and tests need not."""
    waiting: list[ast.stmt] = list(tree.tree(path).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            waiting += node.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            public = not node.name.startswith(("_", "test_")) or node.name in {"__init__", "__call__"}
            if public and ast.get_docstring(node) is None and not _is_overload(node):
                yield f"{node.lineno} {node.name} has no docstring"


def _is_overload(node: ast.ClassDef | tree.Function) -> bool:
    """Whether a function is one of several signatures; the last one speaks for all."""
    return any("overload" in ast.unparse(mark) for mark in node.decorator_list)


def empty_names(path: Path) -> Iterator[str]:
    """Names that would fit anything."""
    if {path.stem, *path.parts[:-1]} & EMPTY_NAMES:
        yield "the name says nothing"
    for node in ast.walk(tree.tree(path)):
        if isinstance(node, ast.ClassDef) and EMPTY_CLASSES.fullmatch(node.name):
            yield f"{node.lineno} the name {node.name} says nothing"


def unfinished(path: Path) -> Iterator[str]:
    """Words that put something off: say it in an issue, or do it."""
    if found := EMPTY_WORDS.search(tree.text(path) or ""):
        yield found.group()


def machine(path: Path) -> Iterator[str]:
    """Folders of one machine, addresses of a registry, hosts and mail addresses that are no examples."""
    text = tree.text(path) or ""
    yield from (found.group() for pattern in (MACHINE, REGISTRY) for found in pattern.finditer(text))
    hosts = {host.lower() for host in HOST.findall(text)} - REFERENCES
    mails = {domain.lower() for domain in MAIL.findall(text) if not UNIT.search(domain)}
    yield from (name for name in hosts | mails if not EXAMPLE.search(name))


def lost_tasks(path: Path) -> Iterator[str]:
    """Tasks outside of a TaskGroup, of which nobody hears when they fail."""
    for node in ast.walk(tree.tree(path)):
        if isinstance(node, ast.Attribute) and LOST.fullmatch(ast.unparse(node)):
            yield f"{node.lineno} {node.attr}"


def swallowed_errors(path: Path) -> Iterator[str]:
    """Handlers that catch everything and do nothing."""
    for node in ast.walk(tree.tree(path)):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body):
            broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            yield from [f"{node.lineno} swallows every error"] if broad else []


def silenced_without_reason(path: Path) -> Iterator[str]:
    """A warning of the linter that is silenced says why."""
    for number, line in enumerate((tree.text(path) or "").splitlines(), 1):
        if re.search(r"#\s*noqa", line) and not SILENCED_WITH_REASON.search(line):
            yield f"{number} silenced without a reason"


def own_clock(path: Path) -> Iterator[str]:
    """Clock and chance come from contracts.plugin.Clock and Random, so that a test can hold them."""
    if path in OWNERS_OF_CHANCE:
        return
    for node in ast.walk(tree.tree(path)):
        if isinstance(node, ast.Call) and CLOCK_OR_CHANCE.fullmatch(called := ast.unparse(node.func)):
            yield f"{node.lineno} {called}"
    yield from tree.imports(path) & {"random", "secrets", "uuid"}


# --- tests --------------------------------------------------------------------------------------------------------

EVERY_MODULE = tree.python("appliance", "plugins", "packaging", "examples", "tests", "bench")
OF_THE_PRODUCT = tree.product()
AS_IT_CAME = {
    Path("LICENSE"),
    Path("packaging/requirements.lock"),
    Path("appliance/vault/paper/fonts/OFL.txt"),
}
OF_OTHERS = {"vendor", "licences"}
EVERY_TEXT = [path for path in tree.files() if path not in AS_IT_CAME and not OF_OTHERS & {*path.parts}]


def faults(rule: Rule, paths: list[Path]) -> list[str]:
    """Everything that is wrong with these files by this rule."""
    assert paths
    return [f"{path}: {fault}" for path in paths for fault in rule(path)]


@pytest.mark.parametrize("rule", [bare_beginning, empty_names])
def test_every_module_keeps(rule: Rule) -> None:
    tree.nothing(faults(rule, EVERY_MODULE))


@pytest.mark.parametrize(
    "rule",
    [undocumented, lost_tasks, swallowed_errors, silenced_without_reason, own_clock],
    ids=lambda r: r.__name__,
)
def test_every_module_of_the_product_keeps(rule: Rule) -> None:
    tree.nothing(faults(rule, OF_THE_PRODUCT))


@pytest.mark.parametrize("rule", [unfinished, machine])
def test_every_text_keeps(rule: Rule) -> None:
    tree.nothing(faults(rule, EVERY_TEXT))


def test_who_may_read_the_clock_is_a_list_without_holes() -> None:
    for path in OWNERS_OF_CHANCE:
        calls = {ast.unparse(node.func) for node in ast.walk(tree.tree(path)) if isinstance(node, ast.Call)}
        assert any(CLOCK_OR_CHANCE.fullmatch(call) for call in calls), f"{path} reads neither: take it off the list"


def test_every_plugin_says_that_it_is_typed() -> None:
    packages = {
        path.parent for path in tree.python("plugins") if len(path.parts) == 4 and path.name == "__init__.py"
    }
    tree.nothing(package for package in packages if not (tree.ROOT / package / "py.typed").exists())


def test_no_folder_shadows_a_library() -> None:
    tops = {"packaging", "systemd", "tests", "docs"}
    tree.nothing(path for path in tree.files() if path.parts[0] in tops and path.name == "__init__.py")


BAD = """
import asyncio, random, time

class ThingManager:
    def run(self):
        try:
            asyncio.create_task(time.time())
        except Exception:  # noqa: BLE001
            pass

# TO~DO: see http~s://pypi.~org/simple and /ro~ot/x, mail me at me@fund.~co.jp, --index~-url
""".replace("~", "")


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (bare_beginning, 2),
        (undocumented, 2),
        (empty_names, 1),
        (unfinished, 1),
        (machine, 4),
        (lost_tasks, 1),
        (swallowed_errors, 1),
        (silenced_without_reason, 1),
        (own_clock, 2),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_rule_finds_what_it_is_for(rule: Rule, count: int, tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(BAD)
    assert len(list(rule(bad))) == count


@pytest.mark.parametrize(
    "line",
    ["docs/" + "work/x", "ProtectHome=yes", "http" + "://127.0.0.1/", "a@example.jp", "renkei-web@portal.service"],
)
def test_what_is_no_machine(line: str, tmp_path: Path) -> None:
    fine = tmp_path / "fine.txt"
    fine.write_text(line)
    assert list(machine(fine)) == []
