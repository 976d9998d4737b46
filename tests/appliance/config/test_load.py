# SPDX-License-Identifier: Apache-2.0
"""Reading the whole file."""

from pathlib import Path

import pytest

from appliance.config.decode import ConfigError
from appliance.config.load import load, parse
from appliance.config.office_settings import DocumentSettings
from appliance.config.settings import Settings
from appliance.model.documents import Direction

TEXT = """
state = "/srv/renkei"

[fund]
number = 654321

[sites.portal]
hosts = ["portal.example.jp"]

[documents.premium]
name = "掛金のお知らせ"
direction = "to_office"

[plugins.records_lmdb]
path = "/srv/renkei/records"
anything = { goes = "here" }
"""


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, "utf-8")
    settings = load(path)
    assert (settings.state, settings.fund.number) == ("/srv/renkei", 654321)
    assert settings.sites.portal.hosts == ("portal.example.jp",)
    premium = DocumentSettings(name="掛金のお知らせ", direction=Direction.TO_OFFICE)
    assert settings.documents == {"premium": premium}
    assert settings.plugins["records_lmdb"]["anything"] == {"goes": "here"}


def test_a_mark_of_byte_order_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, "utf-8-sig")
    assert load(path).state == "/srv/renkei"


def test_a_table_that_names_some_keys_keeps_the_defaults_of_the_others() -> None:
    settings = parse("[sites.console]\nport = 8443\n", Path("config.toml"))
    assert (settings.sites.console.port, settings.sites.console.address) == (8443, "127.0.0.13")
    assert settings.sites.console.visit_minutes == Settings().sites.console.visit_minutes == 480
    assert settings.sites.portal == Settings().sites.portal


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, r"cannot be read \(No such file or directory\); `renkei init` makes one, or name it with --config"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b"a = !\n", "not TOML: .*line 1"),
        (b"a = 1\na = 2", "not TOML"),
        (b'a = 1\n[sites.portal]\nhosts = ["x', r"not TOML: .*\(at line 3, the last\)"),
        (b"[documents.x]\nname = 'y'", r"config\.toml: \[documents\.x\]: .* the key `direction` is needed"),
        (b"[vualt]\n", r"config\.toml: unknown key `vualt`; did you mean `vault`\?"),
        (b"vault = 1\n", r"begin it with \[vault\]"),
        (b"[sites.prtal]\n", r"\[sites\]: unknown key `prtal`; did you mean `portal`\?"),
        (b"plugins = 1\n", "`plugins` must be a table"),
        (b"[plugins]\nrecords_lmdb = 1\n", r"begin it with \[plugins\.records_lmdb\]"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(tmp_path: Path, data: bytes | None, sentence: str) -> None:
    path = tmp_path / "config.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError, match=sentence) as caught:
        load(path)
    assert "config.toml" in str(caught.value)
