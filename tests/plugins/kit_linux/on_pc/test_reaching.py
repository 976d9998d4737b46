# SPDX-License-Identifier: Apache-2.0
"""What is reached and what is not, and where a name leads."""

import socket

import pytest
from renkei_kit_linux.on_pc.order import Trouble
from renkei_kit_linux.on_pc.reaching import KNOCK, address_of, is_heard, is_reached


def test_what_listens_is_reached_and_what_does_not_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        assert is_reached(url)
    assert not is_reached(url)


def test_who_refuses_has_heard_and_who_is_silent_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        assert is_heard(url, 1.0)
    assert is_heard(url, 1.0) and not is_reached(url)

    def silent(address: tuple[str, int], timeout: float) -> socket.socket:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", silent)
    assert not is_heard(url, 1.0)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://10.0.0.10/", ("10.0.0.10", 443)),
        ("http://10.0.0.10/", ("10.0.0.10", 80)),
        ("https://10.0.0.10:8443/x", ("10.0.0.10", 8443)),
    ],
)
def test_the_port_is_the_one_of_the_address(
    monkeypatch: pytest.MonkeyPatch, url: str, where: tuple[str, int]
) -> None:
    asked = list[object]()

    def refused(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append((address, timeout))
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", refused)
    assert not is_reached(url)
    assert asked == [(where, KNOCK)]


def test_an_address_is_its_own_and_names_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.18.0.9", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words: found)
    assert address_of("203.0.113.7") == "203.0.113.7"
    assert address_of("vpn.renkei.example.jp") == "198.18.0.9"


def test_a_name_of_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*words: object) -> list[object]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(Trouble) as caught:
        address_of("vpn.renkei.example.jp")
    assert (caught.value.word, caught.value.values) == ("no_way", {"server": "vpn.renkei.example.jp"})
