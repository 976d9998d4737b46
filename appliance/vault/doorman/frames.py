# SPDX-License-Identifier: Apache-2.0
"""What goes between vault, zygote and worker: orders; a length, then one value; bytes of documents as they are."""

import socket
import struct
from typing import TypeVar

import msgspec

T = TypeVar("T")
LENGTH = struct.Struct("<L")
# An answer names at most 99 entries and so many problems; nothing larger is meant.
MOST = 1024 * 1024
# What the vault tells the process that makes workers: an order, and the worker's number.
ORDER = struct.Struct("<BQ")
START, END = 1, 2
# Said once, when orders are taken.
READY = b"ready"
# Said on a worker's socket when there can be no worker: a frame without a body.
NONE = struct.pack("<L", 0)


class Broken(Exception):
    """What came is no frame, or the other side is gone."""


def packed(value: object) -> bytes:
    """A frame that holds the value."""
    body = msgspec.msgpack.encode(value)
    return LENGTH.pack(len(body)) + body


def unpacked(body: bytes | bytearray, shape: type[T]) -> T:
    """The value in the body of a frame. Raises Broken for one of another shape."""
    try:
        return msgspec.msgpack.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise Broken(str(error)) from error


def length_of(head: bytes | bytearray) -> int:
    """How long the body is. Raises Broken beyond MOST."""
    size: int = LENGTH.unpack(head)[0]
    if size > MOST:
        raise Broken(f"a frame of {size} bytes")
    return size


def received(job: socket.socket, size: int) -> bytearray:
    """So many bytes, waiting for them. Raises Broken if the other side ends before."""
    body = bytearray(size)
    view = memoryview(body)
    while view:
        count = job.recv_into(view)
        if not count:
            raise Broken("cut")
        view = view[count:]
    return body
