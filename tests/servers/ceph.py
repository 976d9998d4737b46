# SPDX-License-Identifier: Apache-2.0
"""Ceph's S3 gateway on the loopback: one monitor, one store in memory, one gateway, ended by their processes."""

import contextlib
import os
import shutil
import subprocess
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tests.servers.s3_place import ACCESS, SECRET, S3Place, ended, free_ports
from tests.servers.seaweed import need_loopback

PROGRAMS = ("radosgw", "ceph-mon", "ceph-osd", "radosgw-admin", "monmaptool", "ceph")
PATIENCE = 60
PARTING = 2  # it keeps everything in memory: there is nothing to wait for

# Every program gets the map of monitors as a file: what is asked before the map has come would name no cluster,
# and is refused as of another one.
_CONFIGURATION = """\
[global]
fsid = {fsid}
mon host = [v1:127.0.0.1:{mon}/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
auth supported = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = memstore
osd class update on start = false
osd crush update on start = false
memstore device bytes = 2147483648
mon allow pool size one = true
mon pg warn min per osd = 0
mon osd max pg per osd = 1000
run dir = {folder}
log file = {folder}/$name.log
log to stderr = false
admin socket = {folder}/$name.$pid.asok
pid file = {folder}/$name.pid
monmap = {folder}/monmap
mon data = {folder}/mon
osd data = {folder}/osd
rgw data = {folder}/rgw
heartbeat file = {folder}/$name.heartbeat
crash dir = {folder}/crash
rgw frontends = beast endpoint=127.0.0.1:{rgw}
rgw enable usage log = false
"""


def missing() -> list[str]:
    """The programs that are not installed."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


class Ceph:
    """One cluster with its files in folder; the objects are in memory and end with it."""

    def __init__(self, folder: Path) -> None:
        """folder is there, and its name is short: sockets are made in it."""
        self._folder = folder
        self._conf = folder / "ceph.conf"
        mon, rgw = free_ports(2)
        self._mon = f"[v1:127.0.0.1:{mon}/0]"
        self._fsid = str(uuid.uuid4())
        self._conf.write_text(_CONFIGURATION.format(fsid=self._fsid, folder=folder, mon=mon, rgw=rgw))
        self.place = S3Place(f"http://127.0.0.1:{rgw}")

    @contextlib.contextmanager
    def running(self) -> Iterator[S3Place]:
        """The place of the gateway while all three run."""
        for name in ("mon", "osd", "rgw", "crash"):
            (self._folder / name).mkdir(exist_ok=True)
        self._run("monmaptool", "--create", "--fsid", self._fsid, "--addv", "a", self._mon, "monmap")
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap")
        with contextlib.ExitStack() as stack:
            mon = stack.enter_context(self._begun("ceph-mon", "-i", "a"))
            osd_uuid = str(uuid.uuid4())
            self._ask("osd", "new", osd_uuid, "0")
            self._run("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", osd_uuid)
            osd = stack.enter_context(self._begun("ceph-osd", "-i", "0"))
            self._ask("osd", "crush", "add", "osd.0", "1", "root=default", "host=one")
            user = ("--uid=test", "--display-name=test", f"--access-key={ACCESS}", f"--secret={SECRET}")
            self._run("radosgw-admin", "user", "create", *user)
            gateway = stack.enter_context(self._begun("radosgw", "-n", "client.rgw"))
            self._wait(gateway)
            need_loopback(mon, osd, gateway)
            yield self.place

    def _wait(self, gateway: "subprocess.Popen[bytes]") -> None:
        """Until the gateway keeps something for the user."""
        s3, pause = self.place.boto(), threading.Event()
        for _ in range(PATIENCE * 4):
            if gateway.poll() is not None:
                raise RuntimeError("radosgw ended; its log is client.rgw.log")
            with contextlib.suppress(BotoCoreError, ClientError):
                s3.create_bucket(Bucket="ready-probe")
                s3.put_object(Bucket="ready-probe", Key="x", Body=b"x")
                return
            pause.wait(0.25)
        raise TimeoutError("radosgw does not become ready")

    def _ask(self, *line: str) -> None:
        """Ask the monitor. One that has only just started knows nobody yet, and forbids everything."""
        pause = threading.Event()
        for _ in range(PATIENCE * 4):
            try:
                self._run("ceph", "--connect-timeout", "30", *line)
                return
            except RuntimeError as error:
                if "EPERM" not in str(error):
                    raise
            pause.wait(0.25)
        raise TimeoutError("the monitor does not become ready")

    def _run(self, program: str, *line: str) -> None:
        done = subprocess.run(
            [program, "-c", str(self._conf), *line] if program != "monmaptool" else [program, *line],
            cwd=self._folder,
            capture_output=True,
            timeout=PATIENCE,
            env=self._environment(),
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')[-2000:]}")

    def _begun(self, *line: str) -> contextlib.AbstractContextManager["subprocess.Popen[bytes]"]:
        command = [line[0], "-f", "-c", str(self._conf), *line[1:]]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, cwd=self._folder, stdout=quiet, stderr=quiet, env=self._environment())
        return ended(process, PARTING)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "CEPH_CONF": str(self._conf)}
