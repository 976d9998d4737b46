# SPDX-License-Identifier: Apache-2.0
"""The wire does to connections what it says, and nothing to others."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.servers.wire import Wire, wire


@pytest.fixture
def echo() -> Iterator[tuple[int, list[bytes]]]:
    """A server that says everything back, and all that it has heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer_all, args=(listening, heard), daemon=True)
        thread.start()
        yield listening.getsockname()[1], heard
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(30)


def answer_all(listening: socket.socket, heard: list[bytes]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=answer, args=(connection, heard), daemon=True).start()


def answer(connection: socket.socket, heard: list[bytes]) -> None:
    with connection:
        try:
            while piece := connection.recv(4096):
                heard.append(piece)
                connection.sendall(piece)
        except OSError:
            return


@pytest.fixture
def line(echo: tuple[int, list[bytes]]) -> Iterator[Wire]:
    with wire(echo[0]) as made:
        yield made


@pytest.fixture
def client(line: Wire) -> Iterator[socket.socket]:
    with dial(line) as made:
        yield made


def dial(line: Wire) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), timeout=30)


def dial_and_ask(line: Wire) -> bytes:
    with dial(line) as client:
        return ask(client, b"a")


def ask(client: socket.socket, piece: bytes) -> bytes:
    client.sendall(piece)
    return client.recv(4096)


def test_it_passes_on(client: socket.socket) -> None:
    assert [ask(client, piece) for piece in (b"a", b"b")] == [b"a", b"b"]


def test_a_cut_resets_what_there_is_and_takes_new_ones(line: Wire, client: socket.socket) -> None:
    assert ask(client, b"a") == b"a"
    line.cut()
    with pytest.raises(ConnectionError):
        client.recv(1)
    with dial(line) as again:
        assert ask(again, b"b") == b"b"


@pytest.mark.parametrize("arrives", [False, True])
def test_a_cut_at_a_piece(line: Wire, client: socket.socket, echo: tuple[int, list[bytes]], arrives: bool) -> None:
    (line.cut_after if arrives else line.cut_before)(lambda piece: b"x" in piece)
    assert ask(client, b"a") == b"a"
    client.sendall(b"x")
    with pytest.raises(ConnectionError):
        client.recv(1)
    assert echo[1] == ([b"a", b"x"] if arrives else [b"a"])
    assert line.cuts == 1
    with dial(line) as again:
        assert ask(again, b"x") == b"x", "once only"


def test_a_stall_holds_back_until_it_is_healed(line: Wire, client: socket.socket) -> None:
    assert ask(client, b"a") == b"a"
    line.stall()
    client.sendall(b"b")
    client.settimeout(0.1)
    with pytest.raises(TimeoutError):
        client.recv(1)
    line.heal()
    client.settimeout(30)
    assert client.recv(1) == b"b"


def test_it_refuses_until_it_is_healed(line: Wire, client: socket.socket) -> None:
    line.refuse()
    with pytest.raises(ConnectionError):
        ask(client, b"a")
    with pytest.raises(ConnectionError):
        dial_and_ask(line)
    line.heal()
    assert dial_and_ask(line) == b"a"
