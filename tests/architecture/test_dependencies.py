# SPDX-License-Identifier: Apache-2.0
"""Each library is declared by the distribution that imports it, from when it is imported, and by no other."""

import importlib.metadata
import re
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from tests.architecture import tree
from tests.architecture.tree import Distribution

# Where the product's seven libraries are used.
OF_THE_PRODUCT = {
    "pluggy": "renkei-gateway",
    "aiohttp": "renkei-gateway",
    "cryptography": "renkei-gateway",
    "prometheus-client": "renkei-gateway",
    "lmdb": "renkei-records-lmdb",
    "pyotp": "renkei-otp-email",
    "pyzipper": "renkei-gateway",
}
# The part that is shipped for the tests of plugin authors uses what they test with.
FOR_TESTS = Path("appliance/testing")
PINNED = re.compile(r"[a-z0-9.-]+==[^ ]+ ")


def provider(name: str) -> str:
    """The distribution that an import name comes from."""
    owners = importlib.metadata.packages_distributions().get(name, [f"nobody ({name})"])
    return tree.requirement_name(owners[0])


def foreign(paths: list[Path]) -> set[str]:
    """The distributions that some modules import, without the standard library."""
    names = set[str]().union(*(tree.imports(path) for path in paths))
    own = {distribution.package: distribution.name for distribution in tree.distributions()}
    outside = names - set(sys.stdlib_module_names)
    return {own.get(name) or provider(name) for name in outside}


@pytest.mark.parametrize("distribution", tree.distributions(), ids=lambda one: one.name)
def test_what_is_imported_is_declared(distribution: Distribution) -> None:
    shipped = [path for path in distribution.modules() if not path.is_relative_to(FOR_TESTS)]
    used = foreign(shipped) - {distribution.name}
    assert used - distribution.dependencies == set(), "imported but not declared"
    assert distribution.dependencies - used == set(), "declared but not imported"


def test_the_shipped_test_kit_needs_nothing_but_what_developers_have() -> None:
    kit = [path for path in tree.product() if path.is_relative_to(FOR_TESTS)]
    gateway = next(one for one in tree.distributions() if one.package == "appliance")
    assert foreign(kit) - {gateway.name} <= gateway.dependencies | gateway.extras


@pytest.mark.parametrize(("library", "owner"), OF_THE_PRODUCT.items())
def test_the_libraries_of_the_product(library: str, owner: str | None) -> None:
    declaring = {one.name for one in tree.distributions() if library in one.dependencies}
    assert owner in declaring if owner else declaring == set(), f"{library} has come: name where it is used"


def test_the_model_knows_the_standard_library_only() -> None:
    paths = [path for path in tree.product() if path.is_relative_to("appliance/model")]
    assert paths
    assert foreign(paths) <= {"renkei-gateway"}
    for path in paths:
        assert not tree.imports(path) & {"os", "socket", "pathlib", "time", "random", "secrets", "asyncio"}, path


def test_the_import_contracts_name_every_plugin() -> None:
    linter = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    shipped = {one.package for one in tree.distributions() if one.folder.parts[:1] != ("examples",)}
    assert set(linter["root_packages"]) == shipped
    contracts = {contract["id"]: contract for contract in linter["contracts"]}
    plugins = shipped - {"appliance"}
    assert set(contracts["plugins-apart"]["modules"]) == plugins
    assert set(contracts["plugins-see-contracts"]["source_modules"]) == plugins
    assert set(contracts["plugins-unnamed"]["forbidden_modules"]) == plugins
    rooms = {path.parts[1] for path in tree.python("appliance") if len(path.parts) > 2}
    hidden = {name.partition(".")[2] for name in contracts["plugins-see-contracts"]["forbidden_modules"]}
    assert rooms == hidden | {"contracts", "model"}


def test_there_is_one_version() -> None:
    shipped = {one.name: one.version for one in tree.distributions() if one.folder.parts[:1] != ("examples",)}
    assert len(set(shipped.values())) == 1, shipped


def test_the_lock_holds_names_and_hashes_only() -> None:
    lines = [line.strip() for line in (tree.ROOT / "packaging" / "requirements.lock").read_text().splitlines()]
    kinds = {line: PINNED.match(line) or line.startswith("--hash=sha256:") for line in lines}
    assert [line for line, known in kinds.items() if not known] == []
    assert not [line for line in lines if "://" in line or "file:" in line or "-e " in line]
    assert all(after.startswith("--hash=") for line, after in pairwise([*lines, ""]) if PINNED.match(line))


def test_the_lock_holds_everything_once() -> None:
    lines = (tree.ROOT / "packaging" / "requirements.lock").read_text().splitlines()
    pinned = [tree.requirement_name(line) for line in lines if PINNED.match(line)]
    assert len(pinned) == len(set(pinned))
    wanted = set[str]().union(*(one.dependencies | one.extras for one in tree.distributions()))
    assert wanted - {one.name for one in tree.distributions()} <= set(pinned), "run `make lock`"
