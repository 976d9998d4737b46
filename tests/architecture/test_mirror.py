# SPDX-License-Identifier: Apache-2.0
"""Every module has a test file where a reader looks for it, except those on a list that only shrinks."""

import ast
from pathlib import Path

import pytest

from tests.architecture import tree

EXCEPTIONS: dict[str, str] = tree.BUDGETS["mirror"]


def expected_test(module: Path) -> Path:
    """Where the test of a module stands: the same folders below tests, test_ before the name.

    A contract and the suite that proves it are tested together, by running the suite on what there is.
    """
    if module.parent == Path("appliance/contracts") or module.stem.endswith("_suite"):
        return Path("tests", "contracts", f"test_{module.stem.removesuffix('_suite')}.py")
    if module.parts[0] == "plugins":
        inside = module.parts[3:-1]
        folder = Path("tests", "plugins", module.parts[1], *inside)
    else:
        folder = Path("tests") / module.parent
    name = module.parent.name if module.stem == "__init__" else module.stem
    return folder / f"test_{name}.py"


def modules() -> list[Path]:
    """The modules that hold code; one that only declares has nothing to test."""
    return [path for path in tree.product() if any(map(does_something, tree.functions(path)))]


def does_something(function: tree.Function) -> bool:
    """Whether a function has more than a docstring: a protocol's methods have not."""
    return any(not isinstance(line, ast.Expr) or not isinstance(line.value, ast.Constant) for line in function.body)


def is_tested(module: Path) -> bool:
    """Whether a module has its test file; the door of a package may be tested by any file of the folder."""
    expected = expected_test(module)
    if module.name == "__init__.py":
        return any(path.parent == expected.parent and path.name.startswith("test_") for path in tree.files())
    return expected in tree.files()


def test_every_module_has_its_test() -> None:
    bare = [f"{module} wants {expected_test(module)}" for module in modules() if not is_tested(module)]
    excepted = [f"{module} wants {expected_test(Path(module))}" for module in EXCEPTIONS]
    tree.nothing(sorted(set(bare) - set(excepted)))


def test_the_list_of_exceptions_only_shrinks() -> None:
    done = [module for module in EXCEPTIONS if Path(module) not in tree.files() or is_tested(Path(module))]
    tree.nothing(f"{module}: take it off the list in budgets.toml" for module in done)


def test_what_is_excepted_is_tested_elsewhere() -> None:
    missing = {module: place for module, place in EXCEPTIONS.items() if Path(place) not in tree.files()}
    tree.nothing(f"{module}: {place} is not there" for module, place in missing.items())


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("appliance/vault/writer.py", "tests/appliance/vault/test_writer.py"),
        ("appliance/vault/workflow/notice.py", "tests/appliance/vault/workflow/test_notice.py"),
        ("appliance/contracts/records.py", "tests/contracts/test_records.py"),
        ("appliance/testing/records_suite.py", "tests/contracts/test_records.py"),
        ("plugins/records_lmdb/renkei_records_lmdb/store.py", "tests/plugins/records_lmdb/test_store.py"),
        (
            "plugins/records_lmdb/renkei_records_lmdb/__init__.py",
            "tests/plugins/records_lmdb/test_renkei_records_lmdb.py",
        ),
    ],
)
def test_where_a_test_stands(module: str, test: str) -> None:
    assert expected_test(Path(module)) == Path(test)
