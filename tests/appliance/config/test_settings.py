# SPDX-License-Identifier: Apache-2.0
"""The settings themselves: their bounds, and the sites by name."""

from pathlib import Path

import pytest

from appliance.config.decode import ConfigError
from appliance.config.load import parse
from appliance.config.office_settings import ScannerNeed
from appliance.config.settings import Settings
from appliance.model.words import WEB_SITES, Site


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("fund", "number = 99999"),
        ("fund", "number = 10000000"),
        ("sites.portal", "port = 65536"),
        ("sites.portal", "port = -1"),
        ("sites.portal", "visit_minutes = 0"),
        ("sites.console", "visit_minutes = 1441"),
        ("sites.console", "max_upload_mib = 0"),
        ("link", "timeout_seconds = 0"),
        ("vault", "refuse_uploads_at = 1.1"),
        ("vault", "refuse_changes_at = 0.5"),
        ("vault", "checkpoint_seconds = 0"),
        ("vault", "unfinished_upload_hours = 0"),
        ("vault", "retention_years = 6"),
        ("vault", "tax_retention_years = 6"),
        ("vault", "tax_retention_years = 101"),
        ("exchange", "uploads_per_day = 0"),
        ("exchange", "uploads_per_day = 100001"),
        ("exchange", "mib_per_day = 0"),
        ("exchange", "mib_per_day = 1048577"),
        ("gate", "report_seconds = 0"),
        ("demo", 'clock_start = "2026-06-09T10:00:00"'),
        ("demo", 'clock_start = "tomorrow"'),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_its_key(table: str, line: str) -> None:
    key = line.partition(" ")[0]
    with pytest.raises(ConfigError, match=rf"^config\.toml: \[{table}\]: `{key}` must be "):
        parse(f"[{table}]\n{line}\n", Path("config.toml"))


@pytest.mark.parametrize(
    "text",
    [
        "[sites.portal]\nport = 0",
        "[vault]\nrefuse_uploads_at = 0.5\nrefuse_changes_at = 0.5",
        "[fund]\nnumber = 100000",
    ],
)
def test_a_value_at_its_bound_is_taken(text: str) -> None:
    assert parse(text, Path("config.toml")) != Settings()


def test_taxes_never_shorten_what_is_kept() -> None:
    with pytest.raises(ConfigError, match="`tax_retention_years` must be from 12 to 100, not 10"):
        parse("[vault]\nretention_years = 12", Path("config.toml"))


def test_one_way_to_download_is_left() -> None:
    assert not parse("[exchange]\nplain_downloads = false", Path("config.toml")).exchange.plain_downloads
    with pytest.raises(
        ConfigError, match=r"\[exchange\]: `plain_downloads` and `zip_downloads` cannot both be false"
    ):
        parse("[exchange]\nplain_downloads = false\nzip_downloads = false", Path("config.toml"))


def test_a_scanner_is_needed_or_not() -> None:
    assert parse('[exchange]\nscanner = "required"', Path("config.toml")).exchange.scanner is ScannerNeed.REQUIRED
    with pytest.raises(ConfigError, match="`scanner` cannot be 'never'"):
        parse('[exchange]\nscanner = "never"', Path("config.toml"))


def test_every_web_site_has_its_settings() -> None:
    sites = Settings().sites
    assert [sites.of(site) for site in WEB_SITES] == [sites.public, sites.portal, sites.console]
    with pytest.raises(KeyError):
        sites.of(Site.ADMIN)
