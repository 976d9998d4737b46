# SPDX-License-Identifier: Apache-2.0
"""Where an S3 server for tests is, and who may use it; free ports, and an end that is always reached."""

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
ACCESS, SECRET = "test-access-key", "test-secret-key-0123456789"


@dataclass(frozen=True)
class S3Place:
    """A running server."""

    endpoint: str
    access: str = ACCESS
    secret: str = SECRET

    def boto(self) -> Any:
        """The widely used client of the same server: it makes buckets, and says what ours should have said."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self.access,
            aws_secret_access_key=self.secret,
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 2}),
        )

    def make_bucket(self, name: str, *, versioned: bool = False, locked: bool = False) -> str:
        """A new bucket; its name."""
        s3 = self.boto()
        s3.create_bucket(Bucket=name, **({"ObjectLockEnabledForBucket": True} if locked else {}))
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextlib.contextmanager
def ended(process: "subprocess.Popen[bytes]", patience: float = 15) -> Iterator["subprocess.Popen[bytes]"]:
    """The process, and its end whatever happens."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
