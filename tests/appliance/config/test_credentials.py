# SPDX-License-Identifier: Apache-2.0
"""Secrets: handed out whole, and refused where somebody else could have read them."""

import os
import struct
from pathlib import Path

import pytest

from appliance.config.credentials import MAX_BYTES, Credentials
from appliance.config.decode import ConfigError
from appliance.config.own_credentials import credentials_of
from appliance.config.settings import Settings

SECRET = b"\x00secret\n"


def keep(folder: Path, mode: int = 0o400, data: bytes = SECRET) -> Path:
    path = folder / "master.key"
    path.write_bytes(data)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_a_secret_is_handed_out_byte_for_byte(tmp_path: Path, mode: int) -> None:
    path = keep(tmp_path, mode)
    assert Credentials(tmp_path).get("master.key") == SECRET
    assert Credentials(tmp_path).path("master.key") == path


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o640, 0o644, 0o660, 0o444, 0o777, 0o420, 0o401])
def test_a_secret_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    keep(tmp_path, mode)
    with pytest.raises(ConfigError, match=rf"others may read it \(mode {mode:04o}\); `chmod 0400 "):
        Credentials(tmp_path).get("master.key")
    with pytest.raises(ConfigError):
        Credentials(tmp_path).path("master.key")


@pytest.mark.parametrize("loaded_from", [None, Path("/etc/renkei/credentials")])
def test_a_missing_secret_is_named_with_where_it_belongs(tmp_path: Path, loaded_from: Path | None) -> None:
    secrets, folder = Credentials(tmp_path, loaded_from), loaded_from or tmp_path
    for name in ("master.key", "tls-portal.key"):
        with pytest.raises(ConfigError, match=rf"^{folder}/{name}: this credential is missing; `renkei init`"):
            secrets.get(name)
    with pytest.raises(ConfigError) as refused:
        secrets.get("records_postgres")
    text = f"{folder}/records_postgres: this credential is missing; put the file there, mode 0400"
    if loaded_from:
        text += f", and start again; a unit of your own has to say LoadCredential=renkei:{folder}, too"
    assert str(refused.value) == text


def test_systemd_names_what_it_loads_from_a_folder(tmp_path: Path) -> None:
    keep(tmp_path).rename(tmp_path / "renkei_master.key")
    here = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    secrets = credentials_of(Settings(), here)
    assert secrets.get("master.key") == SECRET
    assert secrets.path("master.key") == tmp_path / "renkei_master.key"
    keep(tmp_path, data=b"from a line of its own")
    assert secrets.get("master.key") == b"from a line of its own"
    assert secrets.path("master.key") == tmp_path / "master.key"


def test_a_folder_of_ones_own_has_plain_names(tmp_path: Path) -> None:
    keep(tmp_path).rename(tmp_path / "renkei_master.key")
    with pytest.raises(ConfigError, match="missing"):
        credentials_of(Settings(credentials=str(tmp_path)), {}).get("master.key")


@pytest.mark.parametrize("prefix", ["", "renkei_"])
def test_what_systemd_has_loaded_is_looked_at_all_the_same(tmp_path: Path, prefix: str) -> None:
    keep(tmp_path, 0o444).rename(tmp_path / f"{prefix}open")
    (tmp_path / f"{prefix}link").symlink_to("nowhere")
    for name, said in (("open", "others may read it"), ("link", "symbolic link")):
        with pytest.raises(ConfigError, match=said):
            Credentials(tmp_path, Path("/etc")).get(name)


def test_without_a_directory_there_are_no_secrets() -> None:
    with pytest.raises(ConfigError, match=r"`master\.key` is needed, but there is no directory of credentials"):
        Credentials(None).get("master.key")


@pytest.mark.parametrize("name", ["", ".", "..", "../master.key", "a/b", ".hidden", "a\0b"])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be called"):
        Credentials(tmp_path).get(name)


def test_only_a_file_of_reasonable_size_is_a_secret(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(keep(tmp_path))
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o400)
    (tmp_path / "large").write_bytes(bytes(MAX_BYTES + 1))
    (tmp_path / "large").chmod(0o400)
    sentences = {"link": "symbolic link", "folder": "cannot be read", "pipe": "regular file", "large": "at most"}
    for name, sentence in sentences.items():
        with pytest.raises(ConfigError, match=sentence):
            Credentials(tmp_path).get(name)


def test_a_secret_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = keep(tmp_path)
    if os.geteuid() == 0:
        os.chown(path, 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(ConfigError, match="belongs to user"):
        Credentials(tmp_path).get("master.key")


def acl(*entries: tuple[int, int, int]) -> bytes:
    """The bytes of an access list: tag, rights and id of each entry."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


OWNER, MASK, OTHER, NOBODY = (0x01, 4, 2**32 - 1), (0x10, 4, 2**32 - 1), (0x20, 0, 2**32 - 1), 2**32 - 1


@pytest.mark.parametrize(
    ("entries", "fine"),
    [
        ([OWNER, (0x02, 4, os.geteuid()), (0x04, 0, NOBODY), MASK, OTHER], True),
        ([OWNER, (0x02, 4, os.geteuid() + 1), (0x04, 0, NOBODY), MASK, OTHER], False),
        ([OWNER, (0x04, 4, NOBODY), MASK, OTHER], False),
        ([OWNER, (0x04, 0, NOBODY), (0x08, 4, 100), MASK, OTHER], False),
        ([OWNER, (0x04, 0, NOBODY), MASK, (0x20, 4, NOBODY)], False),
    ],
)
def test_an_access_list_may_name_us_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: list[tuple[int, int, int]], fine: bool
) -> None:
    keep(tmp_path, 0o440)  # the group bits show the mask of the list, as with systemd's credentials
    monkeypatch.setattr(os, "getxattr", lambda handle, name: acl(*entries))
    if fine:
        assert Credentials(tmp_path).get("master.key") == SECRET
    else:
        with pytest.raises(ConfigError, match="others may read it"):
            Credentials(tmp_path).get("master.key")
