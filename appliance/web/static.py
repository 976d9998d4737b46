# SPDX-License-Identifier: Apache-2.0
"""Style, script and marks: read once at start, served from a fixed table; no request ever names a file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file."""

    body: bytes
    type: str
    etag: str
    keep: str


class Assets:
    """All of them, by their path on the site."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Reads every file below folder. Each is there under its name, and for ever under one with its hash."""
        self._by_path: dict[str, Asset] = {}
        # The lasting path of each file, for templates.
        self.paths: dict[str, str] = {}
        for file in sorted(folder.rglob("*")):
            if file.suffix in TYPES:
                self._add(file.stem, file.suffix, file.read_bytes())

    def _add(self, stem: str, suffix: str, body: bytes) -> None:
        digest = hashlib.sha256(body).hexdigest()[:16]
        etag = f'"{digest}"'
        lasting = f"/static/{stem}.{digest}{suffix}"
        self._by_path[f"/static/{stem}{suffix}"] = Asset(body, TYPES[suffix], etag, ASK_AGAIN)
        self._by_path[lasting] = Asset(body, TYPES[suffix], etag, FOR_EVER)
        self.paths[stem + suffix] = lasting

    def get(self, path: str) -> Asset | None:
        """The file at a path, or None."""
        return self._by_path.get(path)
