# SPDX-License-Identifier: Apache-2.0
"""A real clamd for tests, with a few signatures of its own: started, stopped amid a scan, killed, updated."""

import hashlib
import io
import shutil
import signal
import socket
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from renkei_scan_clamav.trust import eicar

from appliance.model.time import Instant, in_japan

MARK = b"X-renkei-own-signature-X"
NAME = "Renkei.Own"
DEFAULTS = {
    "Foreground": "yes",
    "AlertExceedsMax": "yes",
    "AlertEncrypted": "yes",
    "StreamMaxLength": "8M",
    "SelfCheck": "0",
    "MaxThreads": "4",
    "LogTime": "yes",
}


def program() -> str | None:
    """Where the server is, None if it is not installed."""
    return shutil.which("clamd", path="/usr/sbin:/usr/local/sbin") or shutil.which("clamd")


class Clamd:
    """One server on a socket in its folder; options are those of clamd.conf beside ours."""

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None) -> None:
        """Nothing runs yet; its signatures are those of sign()."""
        self.folder = folder
        self.socket = folder / "clamd.ctl"
        self.options = dict(DEFAULTS) | dict(options or {})
        self.signatures = folder / "signatures"
        self.signatures.mkdir()
        self._process: subprocess.Popen[bytes] | None = None
        self.sign()

    def sign(self, *, knows_eicar: bool = True, made_at: Instant = 0, number: int = 27_812) -> None:
        """Lay out its signatures, as a set of one's own, or with an instant as the daily one."""
        known = {"ndb": f"{NAME}:0:*:{MARK.hex()}\n"}
        if knows_eicar:
            sum = hashlib.md5(eicar(), usedforsecurity=False).hexdigest()
            known["hdb"] = f"{sum}:{len(eicar())}:Eicar-Test-Signature\n"
        for old in self.signatures.iterdir():
            old.unlink()
        if made_at:
            (self.signatures / "daily.cud").write_bytes(_daily(known, made_at, number))
            return
        for ending, text in known.items():
            (self.signatures / f"own.{ending}").write_text(text)

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it answers."""
        assert self._process is None
        config = self.folder / "clamd.conf"
        places = {
            "LocalSocket": self.socket,
            "DatabaseDirectory": self.signatures,
            "TemporaryDirectory": self.folder,
        }
        config.write_text("".join(f"{key} {value}\n" for key, value in {**self.options, **places}.items()))
        command = [program() or "clamd", f"--config-file={config}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"TZ": "Asia/Tokyo", "PATH": "/usr/bin:/bin"},
            )
        self._wait()

    def _config(self) -> Path:
        places = {
            "LocalSocket": self.socket,
            "DatabaseDirectory": self.signatures,
            "TemporaryDirectory": self.folder,
        }
        config = self.folder / "clamd.conf"
        config.write_text("".join(f"{key} {value}\n" for key, value in {**self.options, **places}.items()))
        return config

    def _wait(self) -> None:
        """Until it answers; a server that ended says why."""
        while True:
            assert self._process is not None
            assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
            with suppress(OSError):
                assert self._ask("PING") == "PONG"
                return
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.02)

    def _ask(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.socket))
            connection.sendall(f"z{command}\0".encode())
            return connection.recv(4096).rstrip(b"\0").decode()

    def reload(self) -> None:
        """As freshclam has it done: it reads its signatures anew, and goes on with the old ones meanwhile."""
        before = (self.folder / "log").read_text().count("Database correctly reloaded")
        assert self._ask("RELOAD") == "RELOADING"
        while (self.folder / "log").read_text().count("Database correctly reloaded") == before:
            self._wait()

    def freeze(self) -> None:
        """It answers nothing more, and its socket stays open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once; its socket is left behind."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(60)

    def stop(self) -> None:
        """End it in good order."""
        process, self._process = self._process, None
        assert process is not None
        process.terminate()
        process.wait(60)

    def memory(self) -> int:
        """How much it holds, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024


@contextmanager
def clamd(folder: Path, options: Mapping[str, str] | None = None) -> Iterator[Clamd]:
    """One that runs, and has ended afterwards."""
    made = Clamd(folder, options)
    try:
        made.start()
        yield made
    finally:
        made.kill()


def _daily(known: Mapping[str, str], made_at: Instant, number: int) -> bytes:
    """A container of daily signatures without a seal: a header of 512 bytes, and a packed archive."""
    made = in_japan(made_at)
    head = f"ClamAV-VDB:{made:%d %b %Y %H-%M %z}:{number}:{len(known)}:90:"
    tail = f":X:tester:{made_at // 1000}"
    info = f"{head}X{tail}\n" + "".join(_line(f"daily.{ending}", text) for ending, text in known.items())
    files = {"COPYING": "tests\n", "daily.info": info}
    files |= {f"daily.{ending}": text for ending, text in known.items()}
    body = _packed(files)
    sum = hashlib.md5(body, usedforsecurity=False).hexdigest()
    return f"{head}{sum}{tail}".ljust(512).encode() + body


def _line(name: str, text: str) -> str:
    return f"{name}:{len(text)}:{hashlib.sha256(text.encode()).hexdigest()}\n"


def _packed(files: Mapping[str, str]) -> bytes:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w:gz", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return kept.getvalue()
