# SPDX-License-Identifier: Apache-2.0
"""Makes dashboards/renkei.json, the dashboard of Grafana, of what dashboard.toml says: `make dashboard`."""

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MADE = HERE / "dashboards" / "renkei.json"
SOURCE = {"type": "prometheus", "uid": "${source}"}
COLUMNS, WIDTH, HEIGHT = 24, 8, 8
QUANTILES = {"half": 0.5, "95 %": 0.95}
Json = dict[str, Any]


def dashboard(rows: list[Json]) -> Json:
    """The whole of it, as Grafana imports it."""
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    return {
        "uid": "renkei",
        "title": "Renkei Gateway",
        "tags": ["renkei"],
        "schemaVersion": 38,
        "editable": False,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "Asia/Tokyo",
        "templating": {"list": [source]},
        "panels": panels(rows),
    }


def panels(rows: list[Json]) -> list[Json]:
    """Rows from top to bottom, panels from left to right."""
    found: list[Json] = []
    y = 0
    for row in rows:
        found.append(
            {"type": "row", "title": row["title"], "id": len(found) + 1, "gridPos": place(0, y, COLUMNS, 1)}
        )
        x, y = 0, y + 1
        for panel in row["panel"]:
            width = panel.get("width", WIDTH)
            if x + width > COLUMNS:
                x, y = 0, y + HEIGHT
            found.append(drawn(panel, len(found) + 1, place(x, y, width, HEIGHT)))
            x += width
        y += HEIGHT
    return found


def place(x: int, y: int, width: int, height: int) -> Json:
    """Where something stands."""
    return {"x": x, "y": y, "w": width, "h": height}


def drawn(panel: Json, id: int, where: Json) -> Json:
    """One panel."""
    steps: list[Json] = [{"color": "green", "value": None}]
    if "warn" in panel:
        steps.append({"color": "red", "value": panel["warn"]})
    defaults = {"unit": panel["unit"], "min": 0, "thresholds": {"mode": "absolute", "steps": steps}}
    return {
        "type": panel.get("kind", "timeseries"),
        "title": panel["title"],
        "id": id,
        "gridPos": where,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "expr": expr, "legendFormat": name, "datasource": SOURCE}
            for number, (name, expr) in enumerate(lines_of(panel).items())
        ],
    }


def lines_of(panel: Json) -> Mapping[str, str]:
    """The expressions by the names of their lines."""
    if "quantiles" not in panel:
        lines: dict[str, str] = panel["lines"]
        return lines
    by = panel.get("by", "")
    labels, name = (f"le, {by}", f" {{{{{by}}}}}") if by else ("le", "")
    buckets = f"sum by ({labels}) (rate(renkei_{panel['quantiles']}_bucket[$__rate_interval]))"
    return {f"{word}{name}": f"histogram_quantile({q}, {buckets})" for word, q in QUANTILES.items()}


def text() -> str:
    """What stands in the file."""
    rows = tomllib.loads((HERE / "dashboard.toml").read_text("utf-8"))["row"]
    return json.dumps(dashboard(rows), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    MADE.write_text(text(), "utf-8")
