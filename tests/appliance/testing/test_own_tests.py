# SPDX-License-Identifier: Apache-2.0
"""The tests that a plugin brings: each way in which one may end is told, and pytest is not needed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.testing.own_tests import own_tests

CASES = """
import unittest
from {name}_helper import ONE

class Cases(unittest.IsolatedAsyncioTestCase):
    async def test_good(self):
        assert ONE == 1
    def test_bad(self):
        assert ONE == 2
    def test_bad_with_words(self):
        self.assertEqual(ONE, 2, "no two")
    def test_raises(self):
        {{}}["gone"]
    def test_cases(self):
        for number in range(3):
            with self.subTest(number=number):
                assert number != 1, "one is odd"
    @unittest.skip("not today")
    def test_skipped(self):
        pass
    @unittest.expectedFailure
    def test_not_yet(self):
        assert False
    @unittest.expectedFailure
    def test_already(self):
        pass
"""


@pytest.fixture
def tests(tmp_path: Path) -> Iterator[Path]:
    """A folder of tests, whose modules are forgotten afterwards."""
    path, modules = list(sys.path), set(sys.modules)
    yield tmp_path
    sys.path[:] = path
    for name in sys.modules.keys() - modules:
        del sys.modules[name]


def told(folder: Path) -> dict[str, str]:
    """Each step by the name of its test."""
    found = (str(step).split(maxsplit=1) for step in own_tests(str(folder)))
    return {
        words.removeprefix("its own: ").split(": ")[0].rpartition(".")[2]: f"{how} {words}" for how, words in found
    }


def test_each_way_to_end(tests: Path) -> None:
    (tests / "own_helper.py").write_text("ONE = 1")
    (tests / "test_own.py").write_text(CASES.format(name="own"))
    steps = told(tests)
    bad = {name for name, step in steps.items() if step.startswith("bad ")}
    assert bad == {"test_bad", "test_bad_with_words", "test_raises", "test_cases (number=1)", "test_already"}
    assert steps["test_good"] == "ok its own: test_own.Cases.test_good"
    assert steps["test_bad"].endswith("== 2 (test_own.py, line 9)")
    assert steps["test_bad_with_words"].endswith("1 != 2 : no two (test_own.py, line 11)")
    assert steps["test_raises"].endswith("KeyError: 'gone' (test_own.py, line 13)")
    assert steps["test_cases (number=1)"].endswith("one is odd (test_own.py, line 17)")
    assert steps["test_skipped"].startswith("skipped") and steps["test_skipped"].endswith("not today")
    assert steps["test_not_yet"].startswith("ok")
    assert not list(tests.rglob("__pycache__"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_module_at_all", "bad its own: test_odd: ModuleNotFoundError"),
        ("def", "bad its own: test_odd: SyntaxError"),
        (
            "def test_function(): pass",
            "skipped its own tests: there is no unittest.TestCase; run them where pytest is",
        ),
        (
            "raise ImportError(\"No module named 'pytest'\")",
            "skipped its own: test_odd: it needs pytest; run them where",
        ),
    ],
)
def test_what_cannot_be_run(tests: Path, text: str, said: str) -> None:
    (tests / "test_odd.py").write_text(text)
    [step] = own_tests(str(tests))
    assert " ".join(str(step).split()).startswith(said)
