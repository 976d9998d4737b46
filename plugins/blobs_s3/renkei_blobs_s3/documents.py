# SPDX-License-Identifier: Apache-2.0
"""The XML documents of S3, read with limits: pages of objects and versions, states of a bucket, error codes."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from appliance.contracts.blobs import BlobError
from appliance.model.time import Instant, instant

MAX_BYTES = 4 * 1024 * 1024  # a page of 1,000 keys has about 0.5 MB

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_SIZE = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Kept:
    """An object, or one version of it; a marker stands for a deletion and has no bytes."""

    key: str
    size: int
    modified: Instant
    version: str = ""
    marker: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some objects in the order of their keys, and the query parameters with which the next page begins."""

    kept: list[Kept]
    more: tuple[tuple[str, str], ...] = ()


def objects(document: bytes) -> Page:
    """A page of ListObjectsV2. Raises BlobError."""
    root = _root(document)
    token = _text(root, "NextContinuationToken")
    more = (("continuation-token", token),) if _truncated(root, token) else ()
    return Page([_kept(node) for node in root if _name(node) == "Contents"], more)


def versions(document: bytes) -> Page:
    """A page of ListObjectVersions, with the markers of deletions. Raises BlobError."""
    root = _root(document)
    key, version = _text(root, "NextKeyMarker"), _text(root, "NextVersionIdMarker")
    more = (("key-marker", key), ("version-id-marker", version)) if _truncated(root, key) else ()
    return Page([_kept(node) for node in root if _name(node) in ("Version", "DeleteMarker")], more)


def value(document: bytes, name: str) -> str:
    """The text of the first element of this name at any depth, or "". Raises BlobError."""
    found = (node.text or "" for node in _root(document).iter() if _name(node) == name)
    return next(found, "").strip()


def size(text: str) -> int:
    """A number of bytes. Raises BlobError."""
    if not _SIZE.fullmatch(text):
        raise BlobError("S3 told a size that is none")
    return int(text)


def instant_of(text: str) -> Instant:
    """An instant as S3 writes it. Raises BlobError."""
    try:
        return instant(dt.datetime.fromisoformat(text))
    except ValueError as error:
        raise BlobError("S3 told a time that is none") from error


def code(document: bytes) -> str:
    """The code of an error, "" where there is none. Nothing else of an error document is ever shown:

    servers repeat access keys and signed texts in it.
    """
    try:
        found = value(document, "Code") if document else ""
    except BlobError:
        return ""
    return found if _CODE.fullmatch(found) else ""


def _root(document: bytes) -> ET.Element:
    """The parsed document. No entity is ever defined: whatever has a declaration inside is refused unread."""
    try:
        text = document.decode("utf-8")
        if len(document) > MAX_BYTES or "<!" in text:
            raise BlobError("S3 answered with a document that is too large or declares entities")
        return ET.fromstring(text)  # noqa: S314 - bounded, and without declarations, see above
    except (ValueError, ET.ParseError) as error:
        raise BlobError("S3 answered with something that is no XML") from error


def _kept(node: ET.Element) -> Kept:
    marker = _name(node) == "DeleteMarker"
    bytes_kept = 0 if marker else size(_text(node, "Size"))
    return Kept(
        _text(node, "Key"), bytes_kept, instant_of(_text(node, "LastModified")), _text(node, "VersionId"), marker
    )


def _truncated(root: ET.Element, next_one: str) -> bool:
    """Whether there are more pages; a list that breaks off must not look like one that ends."""
    truncated = _text(root, "IsTruncated") == "true"
    if truncated and not next_one:
        raise BlobError("S3 answered with a part of a list, and not where it goes on")
    return truncated


def _text(node: ET.Element, name: str) -> str:
    """The text of a child, whatever its namespace."""
    return next((child.text or "" for child in node if _name(child) == name), "")


def _name(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]
