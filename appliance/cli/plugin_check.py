# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin check`: may it be installed here, and does it keep its contracts? No vault is asked or needed.

Its code runs in a process of its own, as nobody if root asks, and ends after a while whatever it does.
"""

import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from appliance.cli.failure import Failure
from appliance.cli.plugin_pack import PROJECT, TESTS, files_below, pack
from appliance.cli.plugin_trial import DONE, Question
from appliance.host.durable import make_folder, write_new
from appliance.host.fitting import refuse_unfit, shipped
from appliance.host.single_file import SingleFile
from appliance.host.wheel import Wheel

SECONDS = 300.0
NOBODY = 65534
ROOT = 0


def check(path: Path, settings: Path | None, *, allow_native: bool) -> int:
    """Print what was found; 0 if it may be installed. Raises Failure, StartRefused, OSError."""
    if find_spec("appliance.testing") is None:
        raise Failure("the suites are not on this host; check the plugin where renkei-vault is installed")
    text = _settings(settings)
    with _room() as room:
        return _tried(_question(path, room, text, allow_native))


def _settings(file: Path | None) -> str:
    """The text of a file with tables [plugins.NAME]. Raises Failure, OSError."""
    try:
        text = file.read_text("utf-8") if file else ""
        tables = tomllib.loads(text).get("plugins", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure(f"{file}: not TOML: {error}") from error
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise Failure(f"{file}: write its settings as a table [plugins.NAME]")
    return text


@contextmanager
def _room() -> Iterator[Path]:
    """A folder for what is tried, which everybody may read."""
    with tempfile.TemporaryDirectory(prefix="renkei-check-") as room:
        Path(room).chmod(0o755)
        yield Path(room)


def _question(path: Path, room: Path, settings: str, allow_native: bool) -> Question:
    """Look at what lies at path without running it, and lay it out in room. Raises as check()."""
    if path.suffix == ".py":
        content = path.read_bytes()
        SingleFile.of(path, content)
        write_new(room / path.name, content)
        return Question(file=str(room / path.name), settings=settings)
    tests = ""
    if path.is_dir():
        if not (path / PROJECT).is_file():
            raise Failure(f"{path} has no {PROJECT}; `renkei plugin new` writes a folder that has all it needs")
        tests = _laid_out(files_below(path / TESTS), room / TESTS) if (path / TESTS).is_dir() else ""
        path = pack(path, room)
    wheel = Wheel.read(path)
    refuse_unfit([wheel], [], shipped(), allow_native=allow_native)
    folder = _laid_out(wheel.files, room / "unpacked")
    return Question(folder=folder, points=wheel.points, settings=settings, tests=tests)


def _laid_out(found: Mapping[str, bytes], folder: Path) -> str:
    """Write files by their paths below folder, readable for everybody; where that is."""
    for name, content in found.items():
        make_folder((folder / name).parent)
        write_new(folder / name, content)
    return str(folder)


def _tried(question: Question) -> int:
    """Run the trial; its exit code."""
    words = [sys.executable, *(["-I"] if sys.flags.isolated else []), "-m", "appliance.cli.plugin_trial"]
    code, said = _ran(words, msgspec.json.encode(question))
    print(said, end="")
    print("ok: it may be installed" if code == DONE else "not ok: see above")
    return 0 if code == DONE else 1


def _ran(words: list[str], given: bytes) -> tuple[int, str]:
    """The exit code, and what was said. Nothing that it has started outlives it, or has our terminal."""
    session = {"start_new_session": True, **_as_nobody()}  # else it could type at the terminal (TIOCSTI)
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **session) as trial:  # noqa: S603 - asked for
        try:
            said, _ = trial.communicate(given, SECONDS)
        except subprocess.TimeoutExpired as error:
            print((error.stdout or b"").decode("utf-8", "replace"), end="")
            raise Failure(f"it did not end within {SECONDS:.0f} seconds") from error
        finally:
            with suppress(ProcessLookupError):
                os.killpg(trial.pid, signal.SIGKILL)
    return trial.returncode, said.decode("utf-8", "replace")


def _as_nobody() -> dict[str, Any]:
    """How root runs code that nobody has approved yet."""
    if os.geteuid() != ROOT:
        return {}
    if not all(_readable(Path(path)) for path in (sys.executable, sys.base_prefix, __file__)):
        print("warning: this runs as root, because the Python of this environment is root's alone", file=sys.stderr)
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"}


def _readable(path: Path) -> bool:
    """Whether everybody may come to path."""
    whole = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in whole.parents) and bool(whole.stat().st_mode & 0o004)
