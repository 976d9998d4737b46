# SPDX-License-Identifier: Apache-2.0
"""SeaweedFS, a real S3 server, on the loopback: started, waited for, ended by its process."""

import contextlib
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
from botocore.exceptions import BotoCoreError, ClientError

from tests.servers.s3_place import ACCESS, SECRET, S3Place, ended, free_ports

PATIENCE = 60
PARTING = 1  # its orderly end waits for connections of its own; what it acknowledged is on the disk
LOOPBACK = ("127.0.0.1", "::1")


class Seaweed:
    """One server with everything in folder. Its telemetry is off and nothing of it is seen outside."""

    def __init__(self, folder: Path) -> None:
        """folder is made by running()."""
        self._folder = folder
        self._ports = free_ports(8)
        self.place = S3Place(f"http://127.0.0.1:{self._ports[0]}")

    @contextlib.contextmanager
    def running(self) -> Iterator[S3Place]:
        """The place of the server while it runs; on the same folder again, with what it kept."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (
            (self._folder / "weed.log").open("ab") as log,
            ended(subprocess.Popen(self._line(), stdout=log, stderr=log, cwd=self._folder), PARTING) as process,
        ):
            self._wait(process)
            need_loopback(process)
            yield self.place

    def _line(self) -> list[str]:
        data, identities = self._folder / "data", self._folder / "identities.json"
        data.mkdir(exist_ok=True)
        identity = {
            "name": "test",
            "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        identities.write_text(json.dumps({"identities": [identity]}))
        names = ("s3", "master", "volume", "filer")
        ports = [f"-{name}.port={port}" for name, port in zip(names, self._ports[:4], strict=True)]
        grpc = [f"-{name}.port.grpc={port}" for name, port in zip(names, self._ports[4:], strict=True)]
        return [
            _program(),
            "server",
            f"-dir={data}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=256",
            "-volume.max=60",
            "-volume.preStopSeconds=0",
            "-s3",
            f"-s3.config={identities}",
            "-s3.autoCreateBucket=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            f"-s3.localSocket={self._folder / 's3.sock'}",
            f"-filer.localSocket={self._folder / 'filer.sock'}",
            *ports,
            *grpc,
        ]

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        """Until a bucket can be made and an object kept: elections take their time."""
        s3, ready, pause = self.place.boto(), "ready-probe", threading.Event()
        for _ in range(PATIENCE * 4):
            if process.poll() is not None:
                raise RuntimeError(f"SeaweedFS ended: {(self._folder / 'weed.log').read_text()[-2000:]}")
            with contextlib.suppress(BotoCoreError, ClientError):
                with contextlib.suppress(s3.exceptions.BucketAlreadyExists, s3.exceptions.BucketAlreadyOwnedByYou):
                    s3.create_bucket(Bucket=ready)
                s3.put_object(Bucket=ready, Key="x", Body=b"x")
                return
            pause.wait(0.25)
        raise TimeoutError("SeaweedFS does not become ready")


def _program() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise FileNotFoundError("weed is not installed: `make setup`")
    return found


def need_loopback(*processes: "subprocess.Popen[bytes]") -> None:
    """A test server that others can reach is none."""
    for process in processes:
        found = psutil.Process(process.pid).net_connections()
        outside = [one.laddr for one in found if one.status == "LISTEN" and one.laddr.ip not in LOOPBACK]
        if outside:
            raise RuntimeError(f"{process.args!r} listens on {outside}")
