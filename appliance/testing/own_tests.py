# SPDX-License-Identifier: Apache-2.0
"""The tests that a plugin brings itself, run by the standard library: a host of the fund has no other runner.

Tests that only pytest can run are said to be left out, and are no fault.
"""

import sys
import traceback
import unittest
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from appliance.testing.trial import Outcome, Step

Info = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
RUNNERS = frozenset({"pytest", "pytest_asyncio"})
ELSEWHERE = "run them where pytest is"
_RUNNER = Path(unittest.__file__).parent


def own_tests(folder: str) -> Iterator[Step]:
    """Run what `python -m unittest discover` finds in folder; a step for each test."""
    sys.dont_write_bytecode = True
    result = _Steps()
    unittest.TestLoader().discover(folder, top_level_dir=folder).run(result)
    nothing = Step(Outcome.SKIPPED, "its own tests", f"there is no unittest.TestCase; {ELSEWHERE}")
    yield from result.steps or [nothing]


class _Steps(unittest.TestResult):
    """Each result as a step of the trial."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []

    def addSuccess(self, test: unittest.TestCase) -> None:
        """A test that holds."""
        self._add(Outcome.OK, test)

    def addFailure(self, test: unittest.TestCase, err: Info) -> None:
        """A test that does not hold."""
        self._add(Outcome.BAD, test, _told(err))

    def addError(self, test: unittest.TestCase, err: Info) -> None:
        """A test that could not be run to its end, or its file not imported."""
        if missing := _missing_runner(err):
            self._add(Outcome.SKIPPED, test, f"it needs {missing}; {ELSEWHERE}")
        else:
            self._add(Outcome.BAD, test, _told(err))

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Info | None) -> None:
        """One of several cases of a test; the test itself is told only if all of them hold."""
        if err is not None:
            self._add(Outcome.BAD, subtest, _told(err))

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        """A test that does not want to run here."""
        self._add(Outcome.SKIPPED, test, reason)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        """A test that should not hold, and does."""
        self._add(Outcome.BAD, test, "it was expected to fail")

    def addExpectedFailure(self, test: unittest.TestCase, err: Info) -> None:
        """A test that does not hold, as it should not."""
        self._add(Outcome.OK, test)

    def _add(self, outcome: Outcome, test: unittest.TestCase, why: str = "") -> None:
        self.steps.append(Step(outcome, f"its own: {test.id().replace('unittest.loader._FailedTest.', '')}", why))


def _told(err: Info) -> str:
    """What was raised, and in which line; of a file that does not import, why."""
    kind, error, trace = err
    if kind is None:
        return ""
    lines = [line for line in str(error).splitlines() if line.strip()]
    if isinstance(error, ImportError):
        return lines[-1] if lines else kind.__name__
    frames = [frame for frame in traceback.extract_tb(trace) if Path(frame.filename).parent != _RUNNER]
    if not frames:
        return f"{kind.__name__}: {error}"
    last = frames[-1]
    return f"{kind.__name__}: {lines[0] if lines else last.line} ({Path(last.filename).name}, line {last.lineno})"


def _missing_runner(err: Info) -> str:
    """The runner that a test file imports, and that is not here."""
    error = err[1]
    # The loader says only in a text why a file does not import.
    named = [name for name in sorted(RUNNERS) if f"No module named '{name}'" in str(error)]
    return named[0] if named and isinstance(error, ImportError) else ""
