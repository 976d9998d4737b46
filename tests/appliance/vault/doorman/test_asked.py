# SPDX-License-Identifier: Apache-2.0
"""The words between the vault and its worker."""

import pytest

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import Asked, Fault
from tests.appliance.vault.doorman.making import ANY


@pytest.mark.parametrize(
    ("name", "is_container"),
    [("a.zip", True), ("A.ZIP", True), ("a.pdf", False), ("zip", False), ("a.zip.pdf", False)],
)
def test_the_ending_of_the_name_decides(name: str, is_container: bool) -> None:
    assert Asked(name, 1, ANY).is_container is is_container


def test_a_password_is_in_no_log() -> None:
    assert "geheim" not in repr(Asked("a.zip", 1, ANY, "geheim"))


def test_a_fault_is_a_problem_on_its_way() -> None:
    problem = Fault(Rule.DAMAGED, "a.pdf").problem
    assert (problem.rule, problem.entry) == (Rule.DAMAGED, "a.pdf")
