# SPDX-License-Identifier: Apache-2.0
"""Style, script and marks: read once at start, served from a fixed table; no request ever names a file."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from appliance.web.language import Language, translated

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
# Remarks in lines of their own are for who reads the source. No text of ours goes over several lines.
REMARKS = {
    ".js": re.compile(r"^[ \t]*//(?! SPDX).*\n", re.MULTILINE),
    ".css": re.compile(r"/\*(?! SPDX).*?\*/\n?", re.DOTALL),
}
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
VENDORED = "vendor"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
# A text in a script: `_("…")`.
MESSAGE = re.compile(r'\b_\(("(?:[^"\\]|\\.)*")\)')


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. packed is the same in gzip (RFC 1952): no secret stands in it, so that its length tells none."""

    body: bytes
    packed: bytes
    type: str
    etag: str
    keep: str


class Assets:
    """All of them, by their path on the site."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Reads every file below folder. Each is there under its name, and for ever under one with its hash."""
        self._by_path: dict[str, Asset] = {}
        # The lasting path of each file in a language, for templates.
        self.paths: dict[Language, dict[str, str]] = {language: {} for language in Language}
        for file in sorted(folder.rglob("*")):
            if file.suffix in TYPES:
                self._add(file)

    def _add(self, file: Path) -> None:
        written = file.read_bytes()
        if file.suffix in REMARKS and file.parent.name != VENDORED:
            written = lighter(written.decode(), file.suffix).encode()
        for language in Language:
            own = spoken_script(written.decode(), language).encode() if file.suffix == ".js" else written
            self.paths[language][file.name] = self._kept(file, own)

    def _kept(self, file: Path, body: bytes) -> str:
        """The lasting path of a file, which is also there under its name in the first language."""
        digest = hashlib.sha256(body).hexdigest()[:16]
        found = Asset(body, _packed(body), TYPES[file.suffix], f'"{digest}"', ASK_AGAIN)
        self._by_path.setdefault(f"/static/{file.name}", found)
        lasting = f"/static/{file.stem}.{digest}{file.suffix}"
        self._by_path[lasting] = replace(found, keep=FOR_EVER)
        return lasting

    def get(self, path: str) -> Asset | None:
        """The file at a path, or None."""
        return self._by_path.get(path)


@cache
def shipped_assets() -> Assets:
    """Those of the appliance: the sites of a process have the same, and read them once."""
    return Assets()


def lighter(text: str, suffix: str) -> str:
    """A script or sheet of ours as it travels: without remarks and the blanks before lines, with its licence."""
    return INDENT.sub("", REMARKS[suffix].sub("", text))


@cache
def _packed(body: bytes) -> bytes:
    """The sites of a process have the same files, and pack each once."""
    return gzip.compress(body, mtime=0)


def spoken_script(text: str, language: Language) -> str:
    """A script with its texts in a language: each is a literal again, and the browser translates nothing."""
    return MESSAGE.sub(lambda found: _literal(translated(json.loads(found[1]), language)), text)


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
