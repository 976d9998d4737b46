# SPDX-License-Identifier: Apache-2.0
"""Names of files that people chose: how they come in, and how they stand in a header (RFC 6266, RFC 8187)."""

import re
import unicodedata
from urllib.parse import quote

_ATTR_CHAR = "!#$&+-.^_`|~"
# To normalise a long text can take its length squared; no file system takes a name like this.
MAX_TYPED = 1_024
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ ()\-]+")
# Controls, and the marks that turn the direction of writing: they would show another name than the real one.
_MISLEADING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

_TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


def base_name(typed: str) -> str:
    """The last part of a name as a browser sent it, NFC, without misleading signs; "" if nothing is left."""
    last = typed.replace("\\", "/").rsplit("/", 1)[-1][:MAX_TYPED]
    cleaned = _MISLEADING.sub("", unicodedata.normalize("NFC", last)).strip()
    return "" if cleaned in {".", ".."} else cleaned


def attachment(name: str) -> str:
    """The Content-Disposition of a download: an ASCII fallback, and the name itself percent-encoded."""
    return disposition(name, inline=False)


def disposition(name: str, *, inline: bool) -> str:
    """As attachment(); inline: the browser may show it, and has the name for when it is saved."""
    shown = base_name(name).encode("utf-8", "replace").decode("utf-8") or "download"
    plain = _NOT_PLAIN.sub("_", shown).strip(" .") or "download"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe=_ATTR_CHAR)}"


def content_type(name: str) -> str:
    """The type of a download, from a short list; the browser is told not to guess."""
    return _TYPES.get(name.lower().rpartition(".")[2], "application/octet-stream")


def may_be_shown(name: str) -> bool:
    """Whether a browser may open it: only what it shows with a viewer of its own, without our origin."""
    return content_type(name) == "application/pdf"
