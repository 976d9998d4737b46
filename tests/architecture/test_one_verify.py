# SPDX-License-Identifier: Apache-2.0
"""Every password and every code is looked at in one place, which takes a try first (design §5)."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture import tree

VERIFY = Path("appliance/vault/door/verify.py")
PASSWORDS = Path("appliance/vault/door/passwords.py")
# Download passwords have a budget and rows of their own, and the same order of steps.
PROVING = Path("appliance/vault/fetching/proving.py")
# Refuses the first password as the next one, to somebody who has come in with it.
REGISTRATION = Path("appliance/vault/people/registration.py")
# Its verifiers are keys of checkpoints.
JOURNAL = Path("appliance/vault/journal")
# The contract says what it is, and fakes and suites are what they are.
BESIDE = (Path("appliance/contracts"), Path("appliance/testing"))


def vault_code() -> list[Path]:
    """What could look at a secret: the product without plugins, contracts and what is for tests."""
    return [path for path in tree.python("appliance") if not any(path.is_relative_to(one) for one in BESIDE)]


@cache
def uses(path: Path) -> frozenset[str]:
    """What a file does with secrets: the methods that look at one, the row's verifier, a factor's question."""
    return frozenset(uses_in(tree.text(path) or ""))


def uses_in(code: str) -> Iterator[str]:
    """The same of a piece of code."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and node.attr in {"matches", "verifier"}:
            yield node.attr
        if isinstance(node, ast.Name) and node.id == "FactorAnswer":
            yield node.id


def test_passwords_are_looked_at_by_verify_only() -> None:
    assert {path for path in vault_code() if "matches" in uses(path)} == {VERIFY}


def test_second_factors_are_asked_by_verify_only() -> None:
    assert {path for path in vault_code() if "FactorAnswer" in uses(path)} == {VERIFY}


def test_a_kept_verifier_is_read_by_nobody_else() -> None:
    rooms = [path for path in vault_code() if path.parts[1] == "vault" and not path.is_relative_to(JOURNAL)]
    assert {path for path in rooms if "verifier" in uses(path)} == {VERIFY, PASSWORDS, REGISTRATION, PROVING}


def test_who_looks_would_be_seen() -> None:
    looking = "async def f(core): return row.verifier == await core.passwords.matches(FactorAnswer(row, typed))"
    assert set(uses_in(looking)) == {"matches", "verifier", "FactorAnswer"}
