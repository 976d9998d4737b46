# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL for tests: made from a template, killed, restarted, followed by a replica, promoted."""

import itertools
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
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


@contextmanager
def home() -> Iterator[Path]:
    """A new folder of the server's user, gone afterwards.

    Not below pytest's own folders: nobody else can enter those.
    """
    with tempfile.TemporaryDirectory(prefix="renkei-postgres-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            user = pwd.getpwnam(USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        yield folder


@contextmanager
def template() -> Iterator[Path]:
    """A cluster that was never started, to be copied; made in about one second."""
    with home() as folder:
        run(_bin() / "initdb", "-D", folder, "-U", USER, "-A", "trust", "--no-locale", "-E", "UTF8", "--no-sync")
        yield folder


def _bin() -> Path:
    found = programs()
    assert found is not None, "postgresql is not installed: `make apt`"
    return found


class Postgres:
    """One server: 127.0.0.1 with a port of its own and a socket in its folder."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """folder is a home(), empty; settings are those of postgresql.conf."""
        self.folder = folder
        self.data = folder / "data"
        self.settings = dict(settings or {})
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def create(self, cluster: Path) -> None:
        """Lay out a fresh cluster, a copy of the template."""
        run("cp", "-a", cluster, self.data)

    def prove_itself(self, certificate: Path, key: Path) -> None:
        """From its next start on it speaks TLS, and on its port nothing else."""
        for name, file in (("server.crt", certificate), ("server.key", key)):
            own = self.data / name
            own.write_bytes(file.read_bytes())
            own.chmod(0o600)
            if os.geteuid() == 0:
                shutil.chown(own, USER, USER)
        (self.data / "pg_hba.conf").write_text("local all all trust\nhostssl all all 127.0.0.1/32 trust\n")
        self.settings["ssl"] = "on"

    def start(self) -> None:
        """Start and wait until it answers; the port stays the same ever after."""
        assert self._process is None
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "shared_buffers": "16MB",
            "max_connections": "150",
            "max_wal_size": "256MB",
            **self.settings,
        }
        command = [str(_bin() / "postgres"), "-D", str(self.data)]
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

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start, and end whatever still runs afterwards."""
        try:
            self.start()
            yield
        finally:
            self.kill9()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if how is signal.SIGKILL:
            _kill_family(process.pid)
        else:
            process.send_signal(how)
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

    def follow(self, primary: "Postgres") -> None:
        """Lay out a copy of primary that will stream from it, under the name "replica"."""
        source = f"{primary.conninfo('postgres')} application_name=replica"
        run(_bin() / "pg_basebackup", "-D", self.data, "-R", "-c", "fast", "-X", "stream", "-d", source)

    def promote(self) -> None:
        """Make a replica the primary."""
        self.sql("postgres", "SELECT pg_promote(true, 60)")


@contextmanager
def postgres(cluster: Path, settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """A fresh server that runs, and has ended afterwards; cluster is the template."""
    with home() as folder:
        server = Postgres(folder, settings)
        server.create(cluster)
        with server.running():
            yield server


@contextmanager
def replica(primary: Postgres, settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """A server that streams from primary under the name "replica", and has ended afterwards."""
    with home() as folder:
        server = Postgres(folder, settings)
        server.follow(primary)
        with server.running():
            yield server


def _kill_family(pid: int) -> None:
    """Kill a server with all its processes; those that it has started are gone on return.

    It is stopped first, so that it starts no more: no server starts while one of them still has its memory.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    with ExitStack() as stack:
        for child in _children(pid):
            with suppress(ProcessLookupError):
                handle = os.pidfd_open(child)
                stack.callback(os.close, handle)
                stack.callback(select.select, [handle], [], [], 60)
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    """The processes that pid has started; each of the server's has a process group of its own."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
