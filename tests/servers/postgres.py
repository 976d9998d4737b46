# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL for tests: made from a template, killed, restarted, followed by a replica, promoted."""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

USER = "postgres"
_numbers = itertools.count(1)


def programs() -> Path | None:
    """The folder of the server's programs, the newest version's; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def run(*command: str | Path) -> None:
    """Run one of the server's programs, not as root, which it refuses."""
    done = subprocess.run(_as_user([str(part) for part in command]), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


def _as_user(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    user = pwd.getpwnam(USER)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]


def _own(folder: Path) -> None:
    """Let the server's user have the folder, and pass through those above it."""
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        os.chown(folder, user.pw_uid, user.pw_gid)
        for above in folder.parents:
            if above.stat().st_uid == 0 and not above.stat().st_mode & 0o001:
                above.chmod(above.stat().st_mode | 0o011)


def make_template(folder: Path) -> Path:
    """A cluster that was never started, to be copied; about one second."""
    bin_folder = programs()
    assert bin_folder is not None
    folder.mkdir(mode=0o700)
    _own(folder)
    run(bin_folder / "initdb", "-D", folder, "-U", USER, "-A", "trust", "--no-locale", "-E", "UTF8", "--no-sync")
    return folder


class Postgres:
    """One server: 127.0.0.1 with a port of its own and a socket in its folder."""

    def __init__(self, folder: Path, template: Path, settings: Mapping[str, str] | None = None) -> None:
        """folder is new; settings are those of postgresql.conf."""
        self.folder = folder
        self.data = folder / "data"
        self.settings = dict(settings or {})
        self.port = _free_port()
        self._template = template
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, mode=0o755)
        _own(folder)

    def create(self) -> "Postgres":
        """Lay out a fresh cluster."""
        run("cp", "-a", self._template, self.data)
        return self

    def start(self) -> None:
        """Start and wait until it answers; the port stays the same ever after."""
        bin_folder = programs()
        assert bin_folder is not None and self._process is None
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "shared_buffers": "16MB",
            "max_connections": "150",
            "max_wal_size": "256MB",
            **self.settings,
        }
        command = [str(bin_folder / "postgres"), "-D", str(self.data)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                _as_user(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        """Until it takes connections; a server that ended says why."""
        while True:
            assert self._process is not None
            assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.conninfo("postgres"), connect_timeout=5).close()
                return
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)

    def stop(self) -> None:
        """End it in good order, if it runs."""
        self._end(signal.SIGINT)

    def kill9(self) -> None:
        """End it and all its processes at once, as a machine that loses its power."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pid in [*_children(process.pid), process.pid] if how is signal.SIGKILL else [process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        process.wait(60)

    def conninfo(self, database: str) -> str:
        """Over the port."""
        return f"host=127.0.0.1 port={self.port} user={USER} dbname={database}"

    def socket_conninfo(self, database: str) -> str:
        """Over the socket, faster."""
        return f"host={self.folder} port={self.port} user={USER} dbname={database}"

    def database(self) -> str:
        """The name of a fresh database."""
        name = f"renkei_{os.getpid()}_{next(_numbers)}"
        self.sql("postgres", f'CREATE DATABASE "{name}"')
        return name

    def sql(self, database: str, text: str) -> list[tuple[object, ...]]:
        """What one statement answers."""
        with psycopg.connect(self.socket_conninfo(database), autocommit=True) as connection:
            cursor = connection.execute(text.encode())
            return cursor.fetchall() if cursor.description else []

    def load(self, database: str, script: Path) -> None:
        """Run a script of psql in its own folder, all or nothing."""
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", self.socket_conninfo(database)]
        done = subprocess.run([*command, "-f", script.name], cwd=script.parent, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    def follow(self, primary: "Postgres", name: str = "replica") -> None:
        """Lay out a copy of primary that will stream from it, under this name."""
        bin_folder = programs()
        assert bin_folder is not None
        source = f"{primary.conninfo('postgres')} application_name={name}"
        run(bin_folder / "pg_basebackup", "-D", self.data, "-R", "-c", "fast", "-X", "stream", "-d", source)

    def promote(self) -> None:
        """Make a replica the primary."""
        self.sql("postgres", "SELECT pg_promote(true, 60)")


@contextmanager
def postgres(folder: Path, template: Path, settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """A fresh server that runs, and has ended afterwards."""
    server = Postgres(folder, template, settings).create()
    try:
        server.start()
        yield server
    finally:
        server.kill9()


def _children(pid: int) -> list[int]:
    """The processes that pid has started; each of the server's has a process group of its own."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
