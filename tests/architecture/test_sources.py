# SPDX-License-Identifier: Apache-2.0
"""What every source file keeps: its first lines, no empty words, no address of a machine, nothing lost."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture import tree

SPDX = "# SPDX-License-Identifier: Apache-2.0\n"
# Written in pieces, so that this file keeps its own rules.
EMPTY_WORDS = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]))
EMPTY_NAMES = {"util" + "s", "helper" + "s", "comm" + "on", "misc", "manager", "base"}
MACHINE = re.compile(r"(?<![\w.~*}$-])/(?:" + "|".join(["root", "work", "home"]) + r")/")
HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?([A-Za-z0-9_.-]+\.[A-Za-z]{2,})")
MAIL = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})")
EXAMPLE = re.compile(r"(?:^|\.)(?:example\.(?:jp|com|org|net)|example|test|invalid|localhost)$")
# Public pages that texts and licences refer to. Nothing is fetched from them.
REFERENCES = {"c2sp.org", "www.apache.org", "www.w3.org", "keepachangelog.com", "semver.org"}


def named(path: Path) -> str:
    """The name of a test case about a file."""
    return str(path)


def owners_of_docstrings(path: Path) -> list[str]:
    """What is public in a file and says nothing about itself; functions inside functions are nobody's business."""
    bare, waiting = [], list(tree.tree(path).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            waiting += node.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            public = not node.name.startswith("_") or node.name in {"__init__", "__call__"}
            if public and ast.get_docstring(node) is None and not _is_overload(node):
                bare.append(f"{path}:{node.lineno} {node.name}")
    return bare


def _is_overload(node: ast.ClassDef | tree.Function) -> bool:
    """Whether a function is one of several signatures; the last one speaks for all."""
    return any("overload" in ast.unparse(mark) for mark in node.decorator_list)


@pytest.mark.parametrize("path", tree.python("appliance", "plugins", "examples", "tests", "bench"), ids=named)
def test_a_module_begins_with_its_licence_and_one_sentence(path: Path) -> None:
    source = tree.text(path) or ""
    assert source.startswith(SPDX), "the first line is the SPDX line"
    sentence = ast.get_docstring(tree.tree(path)) or ""
    assert sentence.partition("\n\n")[0].rstrip().endswith((".", "?", ")")), "then one sentence that says what it is"


@pytest.mark.parametrize("path", [p for p in tree.python("appliance") if p.parts[1] == "contracts"], ids=named)
def test_everything_public_in_a_contract_says_what_it_promises(path: Path) -> None:
    assert owners_of_docstrings(path) == []


def test_public_functions_and_classes_of_the_product_say_what_they_do() -> None:
    assert [bare for path in tree.product() for bare in owners_of_docstrings(path)] == []


def test_no_name_says_nothing() -> None:
    stems = [path for path in tree.files() if {path.stem, *path.parts[:-1]} & EMPTY_NAMES]
    assert stems == []
    classes = re.compile(
        r"^class (?:\w*Manager|Base[A-Z]\w*|\w+Base|I[A-Z][a-z]\w*Interface|\w*Helper)\b", re.MULTILINE
    )
    assert [path for path in tree.product() if classes.search(tree.text(path) or "")] == []


@pytest.mark.parametrize("path", tree.files(), ids=named)
def test_a_file_names_no_machine_and_leaves_nothing_undone(path: Path) -> None:
    text = tree.text(path)
    if text is None or path == Path("packaging/requirements.lock"):
        return
    assert not EMPTY_WORDS.search(text), "say it in an issue, or do it"
    assert not MACHINE.search(text), "a path of one machine"
    assert not re.search("--?(?:extra-)?index[-_]url|find[-_]" + "links", text), "a registry"


@pytest.mark.parametrize("path", [path for path in tree.files() if path != Path("LICENSE")], ids=named)
def test_addresses_are_examples(path: Path) -> None:
    text = tree.text(path) or ""
    hosts = {host.lower() for host in HOST.findall(text)} - REFERENCES
    assert [host for host in hosts if not EXAMPLE.search(host)] == [], "hosts belong to example.jp"
    mails = {domain.lower() for domain in MAIL.findall(text)}
    assert [mail for mail in mails if not EXAMPLE.search(mail)] == [], "mail addresses belong to example.jp"


@pytest.mark.parametrize("path", tree.product(), ids=named)
def test_no_task_is_lost_and_no_error_swallowed(path: Path) -> None:
    for node in ast.walk(tree.tree(path)):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"create_task", "ensure_future"} or _of_a_group(node), f"{path}:{node.lineno}"
        if isinstance(node, ast.ExceptHandler):
            silent = all(isinstance(line, ast.Pass) for line in node.body) and _is_broad(node.type)
            assert not silent, f"{path}:{node.lineno} swallows every error"


def _of_a_group(node: ast.Attribute) -> bool:
    """Whether create_task is the method of a TaskGroup; asyncio and loops have one, too."""
    return not (isinstance(node.value, ast.Name) and node.value.id in {"asyncio", "loop"})


def _is_broad(caught: ast.expr | None) -> bool:
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


@pytest.mark.parametrize("folder", ["packaging", "systemd", "tests", "bench", "docs"])
def test_no_folder_shadows_a_library(folder: str) -> None:
    doors = [path for path in tree.files() if path.parts[0] == folder and path.name == "__init__.py"]
    assert [door for door in doors if door.parts[0] != "bench"] == []


@pytest.mark.parametrize(
    ("line", "pattern", "caught"),
    [
        ("open('" + "/ro" + "ot/x')", MACHINE, True),
        ("href=/" + "work/" + "x", MACHINE, True),
        ("docs/" + "work/x", MACHINE, False),
        ("ProtectHome=yes", MACHINE, False),
        ("https" + "://pypi.example.jp/simple", HOST, True),
        ("http" + "://127.0.0.1/", HOST, False),
        ("# TO" + "DO: later", EMPTY_WORDS, True),
    ],
)
def test_the_patterns_catch_what_they_are_for(line: str, pattern: re.Pattern[str], caught: bool) -> None:
    assert bool(pattern.search(line)) is caught
