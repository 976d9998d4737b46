# SPDX-License-Identifier: Apache-2.0
"""What every test may use: the lab's programs, a directory that outlives a failure, one hypothesis profile."""

import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from types import FrameType
from typing import Any

import hypothesis
import pytest

LAB_REQUIRED = os.environ.get("RENKEI_REQUIRE_LAB") == "1"
FAILED = Path("failed")
LEFT_OUT = "left_out"
_failed = pytest.StashKey[bool]()
_left_out = pytest.StashKey[Counter[str]]()

hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if LAB_REQUIRED or "CI" in os.environ else "desk")


def pytest_configure() -> None:
    """Ctrl-C interrupts by a handler of ours, so that asyncio installs none of its own for each test and fixture.

    Python, taking one off again, writes down the task that it was for with all that the task returned: a tenth of
    the time of all tests.
    """
    signal.signal(signal.SIGINT, _interrupted)


def _interrupted(number: int, frame: FrameType | None) -> None:
    signal.default_int_handler(number, frame)


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Where the whole lab is required, a skipped test is a failed one; an expected failure is not a skip."""
    if LAB_REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"RENKEI_REQUIRE_LAB=1 forbids skipping: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Forbid skipping if asked to; when all is torn down, keep what a failed journey leaves."""
    report = yield
    _forbid_skip(report)
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    given = getattr(item, "funcargs", {})
    journey = getattr(given.get("standing"), "root", None) or given.get("journey_dir")
    if call.when == "teardown" and item.stash[_failed] and journey is not None:
        _keep(journey, item.config.rootpath / FAILED / re.sub(r"[^\w.-]+", "_", item.name))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Forbid skipping a whole file, too."""
    report = yield
    _forbid_skip(report)
    return report


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Remember which files of the lab are left out, and how many tests of each."""
    files = (item.location[0] for item in items if item.get_closest_marker("lab"))
    for item in items[:1]:
        item.config.stash.setdefault(_left_out, Counter()).update(files)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands that on."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[LEFT_OUT] = dict(session.config.stash.get(_left_out, {}))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """All workers say the same."""
    node.config.stash[_left_out] = Counter(getattr(node, "workeroutput", {}).get(LEFT_OUT, {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Where many tests are played by workers, as in `make test`, say what was left out."""
    left = config.stash.get(_left_out, Counter())
    if left and config.getoption("numprocesses", None):
        terminalreporter.section("left out here, run by `make lab`")
        for file, count in sorted(left.items()):
            terminalreporter.line(f"{count:5} {file}")


@pytest.fixture
def journey_dir(tmp_path: Path) -> Path:
    """A fresh directory; if the test or its teardown fails, a copy of it stays in failed/<test>."""
    return tmp_path


def _keep(journey: Path, kept: Path) -> None:
    """Copy what a journey left behind; sockets are left out."""
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(journey, kept, symlinks=True, ignore=_not_files)


def _not_files(folder: str, names: list[str]) -> set[str]:
    """The names in folder that cannot be copied: sockets and pipes."""
    paths = (Path(folder, name) for name in names)
    return {path.name for path in paths if not (path.is_symlink() or path.is_file() or path.is_dir())}


@pytest.fixture
def program() -> Callable[[str], str]:
    """Finds a program by name; the test is skipped where it is not installed."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed: `make apt`")
        return found

    return find


@pytest.fixture
def as_root() -> None:
    """The test is skipped unless it runs as root."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
