# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin check`: good plugins of each form pass, bad ones are told why, and none runs unbounded."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli import plugin_check
from appliance.cli.plugin_new import new
from tests.appliance.cli.command import renkei
from tests.appliance.host.wheels import JOB, POLICY, tampered, write_wheel
from tests.examples.installed import EXAMPLES

FILE = f'TIER = "vault"\n{JOB}'
PAGE = """
from appliance.contracts.pages import Guard, Page, PageAnswer
from appliance.contracts.plugin import Plugin, hookimpl
from appliance.model.words import Site


class Mine(Plugin):
    @hookimpl
    def register_pages(self):
        return [Page(Site.PORTAL, "GET", "/x/other", Guard.ANYONE, "", self.show)]

    async def show(self, request):
        return PageAnswer("題")
"""


@pytest.mark.parametrize("example", ["policy_lunch", "policy_lunch.py", "inquiry"])
def test_the_examples_pass(example: str) -> None:
    ran = renkei("plugin", "check", EXAMPLES / example)
    assert ran.code == 0 and ran.out.endswith("ok: it may be installed\n"), ran.out


def test_a_wheel_passes_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "room"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "room").mkdir()
    assert renkei("plugin", "check", write_wheel(tmp_path, "check_good")).code == 0
    assert not list((tmp_path / "room").iterdir())


def test_what_may_not_be_installed_is_not_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    text = f"open({str(marker)!r}, 'w')\n{JOB}"
    for path, said in (
        (write_wheel(tmp_path, "a", text=text, requires=("no-such-library",)), "name the wheel of no-such-library"),
        (write_wheel(tmp_path, "b", text=text, files={"aiohttp/__init__.py": b""}), "brings the module aiohttp"),
        (tampered(write_wheel(tmp_path, "c", text=text), lambda files: files.update({"x.py": b""})), "RECORD"),
    ):
        assert said in renkei("plugin", "check", path).said
    assert not marker.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace("every", "every").replace("60.0", "0.0"), "names are words and unique and runs are apart"),
        (FILE.replace("    pass", "    raise ValueError('oh')"), "ValueError: oh"),
        (FILE.replace("register_jobs", "register_job"), "is no hook"),
        (f"import sys\nsys.exit(3)\n{FILE}", "does not import: SystemExit"),
        (FILE.replace('[Job("mine", 60.0, nothing)]', "None"), "return a list of providers"),
        (FILE + "\n    async def start(self):\n        1 / 0\n", "ZeroDivisionError"),
        (f'TIER = "web"\n{PAGE}', "write /x/check_bad, or a path below it"),
        (f'TIER = "web"\n{POLICY}', "has no place in the tier web"),
        (f'TIER = "vault"\n{POLICY}'.replace("return ABSTAIN", "return None"), "AttributeError"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "check_bad.py").write_text(text)
    ran = renkei("plugin", "check", tmp_path / "check_bad.py")
    assert ran.code == 1 and said in ran.out and ran.out.endswith("not ok: see above\n"), ran.out


def test_it_has_no_terminal_at_which_it_could_type(tmp_path: Path) -> None:
    """TIOCSTI puts letters into the terminal of a process; who asks as root would have typed them."""
    ours = os.getsid(0)
    (tmp_path / "check_bad.py").write_text(f"import os\nassert os.getsid(0) != {ours}, 'same session'\n{FILE}")
    ran = renkei("plugin", "check", tmp_path / "check_bad.py")
    assert ran.code == 0, ran.out


def test_a_process_that_dies_is_not_ok(tmp_path: Path) -> None:
    (tmp_path / "check_dies.py").write_text(f"import os\nos._exit(0) if False else os._exit(9)\n{FILE}")
    assert renkei("plugin", "check", tmp_path / "check_dies.py").code == 1


def test_one_that_leaves_early_with_zero_is_not_ok(tmp_path: Path) -> None:
    (tmp_path / "check_leaves.py").write_text(f"import os\nos._exit(0)\n{FILE}")
    assert renkei("plugin", "check", tmp_path / "check_leaves.py").code == 1


def test_one_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_check, "SECONDS", 1.0)
    (tmp_path / "check_hangs.py").write_text(f"while True:\n    pass\n{FILE}")
    assert "did not end within 1 seconds" in renkei("plugin", "check", tmp_path / "check_hangs.py").err


@pytest.mark.parametrize("ends", [True, False])
def test_what_it_has_started_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool) -> None:
    """A pipe is closed at its last end: as long as a child of the plugin lives, there is somebody to write to."""
    monkeypatch.setattr(plugin_check, "SECONDS", 2.0)
    os.mkfifo(tmp_path / "lives")
    pipe = os.open(tmp_path / "lives", os.O_RDONLY | os.O_NONBLOCK)
    start = f"""
import os
if not os.fork():
    os.open({str(tmp_path / "lives")!r}, os.O_WRONLY)
    {"os.close(1)" if ends else ""}
    while True:
        pass
"""
    (tmp_path / "check_starts.py").write_text(start + FILE)
    renkei("plugin", "check", tmp_path / "check_starts.py")
    select.select([pipe], [], [], 10.0)
    assert os.read(pipe, 1) == b"", "nobody has the other end any more"
    os.close(pipe)


def test_settings_come_from_a_file(tmp_path: Path) -> None:
    table = tmp_path / "table.toml"
    for text, code in (("ends = 12:45:00", 0), ("ends = 11:00:00", 1), ("end = 1", 1)):
        table.write_text(f"[plugins.policy_lunch]\n{text}\n")
        assert renkei("plugin", "check", EXAMPLES / "policy_lunch.py", "--settings", table).code == code
    for text, said in (("[plugins", "not TOML"), ("plugins = 1", "write its settings as a table")):
        table.write_text(text)
        assert said in renkei("plugin", "check", EXAMPLES / "policy_lunch.py", "--settings", table).said


def test_a_folder_without_a_project_says_how_to_get_one(tmp_path: Path) -> None:
    assert "`renkei plugin new`" in renkei("plugin", "check", tmp_path).said


def test_the_tests_of_a_folder_are_run(tmp_path: Path) -> None:
    new("check_own", "metrics", tmp_path)
    tests = tmp_path / "check_own" / "tests" / "test_check_own.py"
    assert ": test_check_own.Contract.test_it_tells" in renkei("plugin", "check", tmp_path / "check_own").out
    tests.write_text(tests.read_text().replace("1000)]", "999)]"))
    ran = renkei("plugin", "check", tmp_path / "check_own")
    assert (
        ran.code == 1 and "bad      its own: test_check_own.Contract.test_it_tells_when_it_was_started" in ran.out
    )
    tests.unlink()
    tests.symlink_to("/etc/passwd")
    assert "is a link" in renkei("plugin", "check", tmp_path / "check_own").said
    tests.unlink()
    tests.parent.rename(tmp_path / "secrets")
    tests.parent.symlink_to(tmp_path / "secrets")
    assert "tests is a link" in renkei("plugin", "check", tmp_path / "check_own").said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_root_becomes_nobody_where_nobody_can_read_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_check, "_readable", lambda path: True)
    who = plugin_check._as_nobody()
    told = subprocess.run(["/usr/bin/id", "-u"], capture_output=True, text=True, **who)
    assert told.stdout == "65534\n"


def test_what_is_somebodys_alone_is_seen(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed" / "file").write_text("")
    (tmp_path / "closed" / "file").chmod(0o644)
    assert not plugin_check._readable(tmp_path / "closed" / "file")
    assert plugin_check._readable(Path("/etc/passwd"))
    assert plugin_check._readable(Path(sys.executable)) in (True, False)
