# SPDX-License-Identifier: Apache-2.0
"""The figures of a site: they move with what they are about, and stay when a site is not told of changes."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509

from appliance.metrics.registry import Metrics
from appliance.model.words import Site
from appliance.web.figures import SiteFigures
from tests.appliance.web.conftest import Certificate


@dataclass
class Opened:
    """What a site shows of itself."""

    connections: int = 0
    at_once: int = 0
    house: Any = field(default_factory=lambda: SimpleNamespace(live=SimpleNamespace(count=0, connected=False)))


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(process=False)


def value(metrics: Metrics, name: str, site: str = "portal", **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"renkei_{name}", {"site": site, **labels})


def test_they_are_read_at_each_scrape(metrics: Metrics, certificate: Certificate) -> None:
    site = Opened()
    SiteFigures(metrics).show(Site.PORTAL, site, certificate.file, is_live=True)  # type: ignore[arg-type]
    names = ("site_connections", "site_requests", "live_pages", "live_connected")
    assert [value(metrics, name) for name in names] == [0, 0, 0, 0]
    site.connections, site.at_once = 7, 3
    site.house.live.count, site.house.live.connected = 5, True
    assert [value(metrics, name) for name in names] == [7, 3, 5, 1]


def test_a_site_that_is_told_of_nothing_has_no_such_figure(metrics: Metrics, certificate: Certificate) -> None:
    SiteFigures(metrics).show(Site.PUBLIC, Opened(), certificate.file, is_live=False)  # type: ignore[arg-type]
    assert value(metrics, "site_connections", "public") == 0
    assert value(metrics, "live_connected", "public") is None


def test_the_end_of_the_certificate_that_is_served_is_shown(metrics: Metrics, certificate: Certificate) -> None:
    SiteFigures(metrics).show(Site.PORTAL, Opened(), certificate.file, is_live=False)  # type: ignore[arg-type]
    ends = x509.load_pem_x509_certificate(certificate.file.read_bytes()).not_valid_after_utc.timestamp()
    assert value(metrics, "certificate_ends_timestamp_seconds") == ends


def test_a_certificate_that_is_none_is_an_error(metrics: Metrics, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    with pytest.raises(ValueError, match="PEM"):
        SiteFigures(metrics).show(Site.PORTAL, Opened(), tmp_path / "none.pem", is_live=False)  # type: ignore[arg-type]


def test_answers_are_timed_by_route_and_status(metrics: Metrics) -> None:
    observe = SiteFigures(metrics).observer(Site.PORTAL)
    for seconds in (0.01, 0.03):
        observe("/notices/{id}", 200, seconds)
    assert value(metrics, "page_seconds_count", route="/notices/{id}", status="200") == 2
    assert value(metrics, "page_seconds_sum", route="/notices/{id}", status="200") == pytest.approx(0.04)
