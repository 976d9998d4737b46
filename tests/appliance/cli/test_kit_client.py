# SPDX-License-Identifier: Apache-2.0
"""`renkei kit add-client` and `clients`, with a vault that runs."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.appliance.cli.command import Installation, Serving
from tests.appliance.cli.conftest import short_folder

CLIENT = b"MZ" + bytes(3_000_000) + b"the engine's client"
OTHER = b"MZ and another one"


@pytest.fixture(scope="module")
def workshop(sown: Installation) -> Iterator[Installation]:
    """An installation that makes kits for Windows."""
    for folder in short_folder():
        made = sown.copied(folder)
        with made.config.open("a", encoding="utf-8") as config:
            config.write("\n[plugins.kit_windows]\n")
        with Serving(made, "vault"):
            yield made


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """As it came from its maker."""
    return put(tmp_path / "vpnclient.exe", CLIENT)


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_it_is_put_in_once_and_exchanged_on_purpose(workshop: Installation, client: Path, tmp_path: Path) -> None:
    none = workshop.renkei("kit", "clients").out
    assert none == (
        "kit_windows      none; no kits are offered until `renkei kit add-client --for kit_windows FILE`\n"
    )
    added = workshop.renkei("kit", "add-client", client, "--json").json
    sha256 = hashlib.sha256(CLIENT).hexdigest()
    assert (added["builder"], added["size"], added["sha256"]) == ("kit_windows", len(CLIENT), sha256)
    shown = workshop.renkei("kit", "clients").out
    assert shown.startswith("kit_windows      vpnclient.exe, 3,000,021 bytes, added ")
    assert shown.endswith(f", no scanner has seen it\n                 sha256:{sha256}\n")
    assert workshop.renkei("kit", "clients", "--json").json["wanting"] == []

    other = put(tmp_path / "newer.exe", OTHER)
    refused = workshop.renkei("kit", "add-client", other)
    assert (refused.code, refused.said) == (
        1,
        "another file is in kits now; if it is to be exchanged, say --replace",
    )
    exchanged = workshop.renkei("kit", "add-client", other, "--replace", "--for", "kit_windows")
    assert exchanged.code == 0 and "newer.exe, 18 bytes" in exchanged.out
    assert workshop.kinds().count("kit.client_added") == 3, "the refusal is in the journal, too"


def test_a_file_that_is_not_what_its_maker_says_goes_nowhere(workshop: Installation, client: Path) -> None:
    refused = workshop.renkei("kit", "add-client", client, "--sha256", "ab" * 32)
    assert refused.code == 1 and "which is another one; fetch the file again" in refused.said
    capitals = hashlib.sha256(CLIENT).hexdigest().upper()
    assert workshop.renkei("kit", "add-client", client, "--sha256", capitals, "--replace").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--for", "kit_linux"), "no plugin of this name wants a client for its kits"),
        (("--for", "nobody"), "no plugin of this name wants a client for its kits"),
    ],
)
def test_only_kits_that_hold_one_get_one(
    workshop: Installation, client: Path, words: tuple[str, ...], said: str
) -> None:
    refused = workshop.renkei("kit", "add-client", client, *words)
    assert refused.code == 1 and refused.said.startswith(said)


def test_an_empty_file_is_none(workshop: Installation, tmp_path: Path) -> None:
    assert workshop.renkei("kit", "add-client", put(tmp_path / "e.exe", b"")).said == (
        "the file is empty, or has more than 512 MiB"
    )


def test_a_file_that_is_not_there_is_said(workshop: Installation, tmp_path: Path) -> None:
    refused = workshop.renkei("kit", "add-client", tmp_path / "none.exe")
    assert (refused.code, refused.said) == (1, f"{tmp_path / 'none.exe'}: No such file or directory")


def test_without_a_plugin_that_wants_one_it_says_which_to_add(running: Installation, client: Path) -> None:
    assert "[plugins.kit_windows]" in running.renkei("kit", "add-client", client).said
    assert running.renkei("kit", "clients").out == "no plugin builds kits that hold a client\n"
