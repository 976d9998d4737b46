# SPDX-License-Identifier: Apache-2.0
"""The story plays to its end, and says so when it cannot."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.personal import quoted
from tests.story.__main__ import play, port
from tests.story.filings import BARE
from tests.story.lines import SECONDS
from tests.story.page import Page
from tests.story.people import CLERK, DESK, FOUNDERS, OFFICE, OTHER, REASON, SHAROSHI, sign_in
from tests.story.stage import SITES, Login, free_port, taken
from tests.story.stores import keep_secrets, stores
from tests.story.visitor import Visitor

ROOT = Path(__file__).parents[2]

PEOPLE = (*FOUNDERS.values(), SHAROSHI, CLERK, DESK)
# Whatever belongs to somebody, or was typed by somebody: none of it is in the log of the story.
PERSONAL = [
    *FOUNDERS,
    *(
        word
        for one in PEOPLE
        for word in (one.name, one.kana, one.user, one.mail, one.contract, one.password, one.zip_password)
    ),
    *(BARE, REASON, "filing.zip", "notice.pdf"),
]


async def test_the_story_plays_from_an_empty_folder_to_its_last_step(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = await play(tmp_path, free_port(), once=True)
    said = capfd.readouterr()
    lines = said.out.splitlines()
    assert code == 0, lines
    assert quoted(said.err, PERSONAL) == [], said.err
    assert lines[-1].startswith("story complete: ") and lines[-1].endswith(" steps")
    assert int(lines[-1].split()[2]) == len(lines) - 2
    told = iter(lines)
    for sentence in (
        "it connects by its kit",
        "it connects as its kit does, from 127.8.0.4",
        "it connects as its kit does, from 127.8.0.2",
        "the old PC 1 of 株式会社さくら商事 is cut at once",
        "it connects by its kit",
        "the console's 「VPN接続」 shows each PC",
        "signing out has ended the VPN sessions",
    ):
        assert any(sentence in line for line in told), sentence


@pytest.mark.lab
@pytest.mark.parametrize(("records", "blobs"), [("postgres", "s3"), ("postgres", "files"), ("lmdb", "s3")])
async def test_the_same_story_plays_on_other_stores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], records: str, blobs: str
) -> None:
    code = await play(tmp_path, free_port(), once=True, records=records, blobs=blobs)
    lines = capsys.readouterr().out.splitlines()
    assert code == 0, lines
    text = (tmp_path / "config.toml").read_text("utf-8")
    assert f"[plugins.records_{records}]" in text and f"[plugins.blobs_{blobs}]" in text


async def test_a_server_that_is_not_installed_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.servers.postgres.programs", lambda: None)
    assert await play(tmp_path, free_port(), once=True, records="postgres") == 1
    assert capsys.readouterr().out.splitlines()[1:] == ["story failed: PostgreSQL is not installed: `make apt`"]


def test_credentials_are_there_before_the_installation_is(tmp_path: Path) -> None:
    keep_secrets(tmp_path / "credentials", {"a.key": "secret"})
    file = tmp_path / "credentials" / "a.key"
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("secret", 0o400)
    with stores(tmp_path) as chosen:
        assert chosen is None


async def test_the_story_fails_with_one_clear_line_where_there_is_an_installation_already(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").touch()
    assert await play(tmp_path, free_port(), once=True) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("story failed: renkei init ") and "never overwrites" in last


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose name leaves room for the names of sockets: the kernel takes 107 bytes."""
    with TemporaryDirectory(prefix="renkei-") as folder:
        yield Path(folder)


def the_commands_work(short: Path, port: int, shown: list[str]) -> None:
    """Those that the demo prints for PCs, pasted into a shell; in the end the other office's one is connected."""
    [root] = short.glob("renkei-demo-*")
    trusted = root / "certificates" / "trusted.pem"
    assert asyncio.run(comes_in(port, trusted, OFFICE)), "its PC is connected from the beginning"
    ours, ours_not, theirs, _ = (line.strip() for line in shown if line.strip().startswith("HOME="))
    for command, office, is_in in (
        (ours_not, OFFICE, False),
        (ours, OFFICE, True),
        (theirs, OTHER, True),
        ("true", OFFICE, False),
    ):
        ran = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran
        deadline = time.monotonic() + SECONDS
        while asyncio.run(comes_in(port, trusted, office)) != is_in:
            assert time.monotonic() < deadline, (command, office)


async def comes_in(port: int, trusted: Path, office: str) -> bool:
    """Whether the portal lets its admin in, who comes from this machine."""
    person = FOUNDERS[office]
    async with Visitor(f"https://{SITES['portal']}:{port}", trusted) as visitor:
        if "/sign-in" not in (await visitor.get("/sign-in")).page.actions:
            return False
        return (await sign_in(visitor, Login(person.contract, person.user, person.password))).path == "/"


@pytest.mark.lab  # twice the whole story
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_told_to_end_leaves_nothing_behind(short: Path, number: signal.Signals) -> None:
    chosen = free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.story", "--port", str(chosen)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(short)},
        # As at a terminal: a shell in the background would have left it deaf to SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with program as demo:
        assert demo.stdout is not None
        shown = []
        for line in demo.stdout:
            shown.append(line)
            if "command line: " in line:
                break
        logins = "".join(shown)
        assert all(word in logins for word in (SHAROSHI.password, DESK.user, FOUNDERS[OFFICE].zip_password)), logins
        app = next(line.split("python ")[1].split() for line in shown if "its code: " in line)
        code = subprocess.run([sys.executable, *app], stdout=subprocess.PIPE, text=True, check=True)
        assert len(code.stdout.strip()) == 6 and code.stdout.strip().isdecimal()
        assert taken(chosen) != ""
        try:
            the_commands_work(short, chosen, shown)
        except BaseException:
            demo.terminate()  # or it would be waited for
            raise
        demo.send_signal(number)
        # A last mail may still have come.
        left = [line for line in demo.stdout.read().splitlines() if not line.startswith("  mail to ")]
        assert left == ["", "stopped"]
    assert (demo.returncode, taken(chosen), list(short.iterdir())) == (0, "", [])


def test_a_page_is_read_as_a_browser_without_scripts_reads_it() -> None:
    page = Page(
        "<form action='/a'><input name=x value=1><select name=y><option value=2>ふたつ</option></select></form>"
        "<p>見える   文字</p><a href='/b'>先へ</a>"
    )
    form = page.form("/a")
    assert (form.fields, form.choices) == ({"x": "1"}, {"y": {"ふたつ": "2"}})
    assert (page.text, page.links) == ("見える 文字 先へ", ["/b"])


def test_a_free_port_is_free_on_every_site() -> None:
    assert free_port() > 1024
    assert len(set(SITES.values())) == 3


async def test_a_port_that_is_taken_is_told_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind((SITES["console"], 0))
        other.listen()
        number = other.getsockname()[1]
        assert taken(number) == f"{SITES['console']}:{number}"
        assert await play(tmp_path, number, once=True) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"story failed: {SITES['console']}:{number} is taken") and 'ARGS="--port ' in line
    assert taken(number) == ""


@pytest.mark.parametrize("text", ["0", "65536", "-1", "https", ""])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        port(text)
    assert port("8743") == 8743
