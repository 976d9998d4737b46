# SPDX-License-Identifier: Apache-2.0
"""Contracts stay small, frozen and complete."""

import dataclasses
import importlib
import inspect
from types import ModuleType

import pytest

from appliance.contracts import families, plugin, records
from tests.architecture import tree

MOST_METHODS = 5
# A view and a transaction are what a store hands out, not what a provider must think about one by one.
UNCOUNTED = {records.View, records.Txn}


def contracts() -> list[ModuleType]:
    """Every module of contracts."""
    paths = [path for path in tree.python("appliance") if path.parts[1] == "contracts" and path.stem != "__init__"]
    return [importlib.import_module(f"appliance.contracts.{path.stem}") for path in paths]


def classes(module: ModuleType) -> list[type]:
    """The classes that a module defines itself."""
    return [one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__]


def methods(contract: type) -> list[str]:
    """The public methods that somebody who fulfils a contract writes."""
    return [name for name, value in vars(contract).items() if inspect.isfunction(value) and name[0] != "_"]


EVERY_CLASS = [one for module in contracts() for one in classes(module)]


def named(one: type) -> str:
    """The name of a test case about a class."""
    return f"{one.__module__.rpartition('.')[2]}.{one.__name__}"


@pytest.mark.parametrize("contract", [one for one in EVERY_CLASS if one not in UNCOUNTED], ids=named)
def test_a_contract_has_at_most_five_methods(contract: type) -> None:
    assert len(methods(contract)) <= MOST_METHODS


@pytest.mark.parametrize("shape", [one for one in EVERY_CLASS if dataclasses.is_dataclass(one)], ids=named)
def test_what_passes_between_core_and_plugin_is_frozen(shape: type) -> None:
    assert shape.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_a_provider_takes_one_request_or_plain_values_never_the_core() -> None:
    for contract in EVERY_CLASS:
        for name in methods(contract):
            notes = " ".join(map(str, inspect.get_annotations(vars(contract)[name]).values()))
            assert "appliance.host" not in notes and "appliance.vault" not in notes, f"{contract} {name}"


def test_every_family_of_the_design_is_in_the_table_once() -> None:
    first = ["tunnel", "device", "factor", "policy", "records", "blobs", "notifier", "scanner"]
    second = ["sink", "issuer", "kit", "action", "pages", "metrics", "commands", "jobs"]
    assert [family.id for family in families.FAMILIES] == first + second
    assert len(families.BY_ID) == len(families.FAMILIES)


def test_a_contract_with_a_file_is_in_the_table() -> None:
    in_table = {family.contract for family in families.FAMILIES if family.contract}
    files = {module.__name__.rpartition(".")[2] for module in contracts()} - {"plugin", "families"}
    assert {contract.__module__.rpartition(".")[2] for contract in in_table} == files


def test_whose_failure_means_deny_can_never_be_left_out() -> None:
    strict = {family.id for family in families.FAMILIES if not family.may_be_optional}
    assert strict == {"tunnel", "device", "factor", "policy", "scanner"}


def test_everything_in_a_contract_says_what_it_promises() -> None:
    bare = [f"{named(one)} {name}" for one in EVERY_CLASS for name in methods(one) if not vars(one)[name].__doc__]
    tree.nothing(bare + [named(one) for one in EVERY_CLASS if not one.__doc__])


def test_a_plugin_has_a_life_of_three_steps_and_is_asked_how_it_is() -> None:
    assert methods(plugin.Plugin) == ["start", "check", "examine", "stop"]
