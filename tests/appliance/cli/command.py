# SPDX-License-Identifier: Apache-2.0
"""The command as tests use it: run in this process, on an installation below a short folder."""

import contextlib
import io
import json
import logging
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from appliance.cli.main import main
from appliance.config.load import load
from appliance.config.settings import Settings
from tests.story.stage import Readiness, python

READY_SECONDS = 30.0
STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, for programs."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """The one sentence with which it failed."""
        [line] = self.err.splitlines()
        assert line.startswith("renkei: ")
        return line.removeprefix("renkei: ")


@contextlib.contextmanager
def as_before() -> Iterator[None]:
    """What `renkei serve` does to its process is undone: here it is that of the tests."""
    hooks = sys.excepthook, threading.excepthook, logging.raiseExceptions
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, logging.raiseExceptions = hooks


def renkei(*words: object) -> Ran:
    """Run `renkei` with these words."""
    out, err = io.StringIO(), io.StringIO()
    with as_before(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(word) for word in words])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
    return Ran(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Installation:
    """What `renkei init` has made, and what it said of it."""

    root: Path
    port: int
    login: str
    password: str
    verifier: str

    @property
    def config(self) -> Path:
        """Its configuration."""
        return self.root / "config.toml"

    @property
    def settings(self) -> Settings:
        """Its configuration, read."""
        return load(self.config)

    def renkei(self, *words: object) -> Ran:
        """Run a command on it."""
        return renkei(*words, "--config", self.config)

    def replace(self, old: str, new: str) -> None:
        """Change its configuration."""
        text = self.config.read_text("utf-8")
        assert old in text
        self.config.write_text(text.replace(old, new), "utf-8")

    def copied(self, root: Path) -> "Installation":
        """The same installation elsewhere."""
        shutil.copytree(self.root, root, dirs_exist_ok=True, symlinks=True)
        copy = replace(self, root=root)
        copy.replace(str(self.root), str(root))
        return copy

    def kinds(self) -> list[str]:
        """The kinds of all journal entries, from the bundle of an installation that runs."""
        bundle = self.root / "kinds.bundle"
        assert self.renkei("journal", "export", bundle).code == 0
        leaves = [line.partition(" ")[2] for line in bundle.read_text("utf-8").splitlines()]
        return [json.loads(leaf)["kind"] for leaf in leaves if leaf.startswith("{")]


class Serving:
    """`renkei serve` in a process of its own, from READY until it is told to stop."""

    def __init__(self, made: Installation, *tiers: str, environment: dict[str, str] | None = None) -> None:
        """tiers as the command has them."""
        self._words = [*python(), "serve", *tiers, "--config", str(made.config)]
        self._ready = Readiness(made.root / "n")
        self._environment = environment or {}

    def __enter__(self) -> "Serving":
        with self._ready as ready:
            self.process = subprocess.Popen(
                self._words, env={**ready.environment, **self._environment}, stderr=subprocess.PIPE, text=True
            )
            if not self._is_ready(ready):
                raise AssertionError(self.stop())
        return self

    def _is_ready(self, ready: Readiness) -> bool:
        """Whether it says so, before it ends or the time is over."""
        for _ in range(int(READY_SECONDS * 10)):
            if ready.heard(0.1):
                return True
            if self.process.poll() is not None:
                return False
        return False

    def __exit__(self, *error: object) -> None:
        if self.process.returncode is None:
            self.stop()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> str:
        """End it as systemd does; what it said."""
        self.process.send_signal(how)
        return self.process.communicate(timeout=STOP_SECONDS)[1]
