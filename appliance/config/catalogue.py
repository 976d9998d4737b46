# SPDX-License-Identifier: Apache-2.0
"""The kinds of documents of this fund: those of this release, with what `[documents.<id>]` changes (R176)."""

import dataclasses
import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from appliance.config.decode import ConfigError, Where, decode
from appliance.config.office_settings import DocumentSettings
from appliance.config.settings import Settings, Vault
from appliance.model.documents import Catalogue, DocumentType, Frequency, Retention

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_NAME = 60
# What no file name of an office's computer can hold, or what parts a filing's name (R28).
_NOT_IN_NAMES = re.compile(r'[_/\\:*?"<>|.\s]')


def catalogue_of(settings: Settings) -> Catalogue:
    """The kinds of documents of the fund with these settings. Raises ConfigError."""
    if not settings.documents:
        return default_catalogue()
    types = dict(default_catalogue().types)
    for id, chosen in settings.documents.items():
        types[id] = _changed(id, types.get(id), chosen)
    for fault in _faults(types):
        raise ConfigError(fault)
    return Catalogue(types)


@functools.cache
def default_catalogue() -> Catalogue:
    """The kinds that come with this release (R130 to R137, R150 to R172)."""
    text = files("appliance.config").joinpath("data", "documents.toml").read_text("utf-8")
    return Catalogue(parsed(tomllib.loads(text)))


def parsed(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, DocumentType]:
    """The kinds in tables of the form of `[documents]`. Raises ConfigError."""
    where = Where("documents.toml")
    types = {
        id: _changed(id, None, decode(table, DocumentSettings, where.below(id))) for id, table in tables.items()
    }
    for fault in _faults(types):
        raise ConfigError(fault)
    return types


def years_of(vault: Vault, retention: Retention) -> int:
    """For how many years a kind of document is kept (A16)."""
    return vault.tax_retention_years if retention is Retention.TAX else vault.retention_years


def _changed(id: str, shipped: DocumentType | None, chosen: DocumentSettings) -> DocumentType:
    """The kind with the keys that were chosen.

    Raises ConfigError where a new one lacks name or direction, and where one of the release would turn round.
    """
    keys = {
        field.name: value
        for field in dataclasses.fields(chosen)
        if (value := getattr(chosen, field.name)) is not None
    }
    if shipped is not None:
        if keys.get("direction", shipped.direction) is not shipped.direction:
            raise ConfigError(
                f"[documents.{id}]: this kind of the release goes {shipped.direction.value}, and what was sent is "
                "known by its id; leave `direction` out, or add a kind of your own under another id"
            )
        return dataclasses.replace(shipped, **keys)
    for needed in ("name", "direction"):
        if needed not in keys:
            raise ConfigError(
                f"[documents.{id}]: this release has no such kind, so the key `{needed}` is needed; "
                "add it, or write the id of a kind as in docs/documents.md"
            )
    return DocumentType(id, **keys)


def _faults(types: Mapping[str, DocumentType]) -> Iterator[str]:
    """A sentence for each thing that cannot be."""
    for found in types.values():
        for key, fault in _own_faults(found):
            yield f"[documents.{found.id}]: `{key}` {fault}"
        for other in found.explains:
            if other not in types:
                yield f"[documents.{found.id}]: `explains` names `{other}`, which is no kind of document"
    yield from _shared_names(types)


def _own_faults(found: DocumentType) -> Iterator[tuple[str, str]]:
    """Key and fault of one kind."""
    if not _ID.fullmatch(found.id):
        yield found.id, "is no id; write up to 40 small letters, digits and _, with a letter first"
    for key, name in (("name", found.name), *(("aliases", alias) for alias in found.aliases)):
        if fault := _fault_of_name(name):
            yield key, fault
    if not found.formats:
        yield "formats", 'is empty; write for example ["pdf"]'
    if not all(1 <= month <= 12 for month in found.months):
        yield "months", "must be numbers from 1 to 12"
    if bool(found.months) is not (found.frequency is Frequency.IN_MONTHS):
        yield "months", 'goes with frequency = "in_months", and only with that'


def _fault_of_name(name: str) -> str:
    if not 0 < len(name) <= _LONGEST_NAME:
        return f"must have 1 to {_LONGEST_NAME} signs"
    if _NOT_IN_NAMES.search(name) or any(unicodedata.category(sign)[0] == "C" for sign in name):
        return f'cannot be {name!r}: it stands in file names, so no blanks, dots, _ and none of / \\ : * ? " < > |'
    return ""


def _shared_names(types: Mapping[str, DocumentType]) -> Iterator[str]:
    """A name says which kind is meant, so no two that the fund uses may have the same one, in any width."""
    owners: dict[str, str] = {}
    for found in types.values():
        for name in (found.name, *found.aliases) if found.offered else ():
            owner = owners.setdefault(unicodedata.normalize("NFKC", name), found.id)
            if owner != found.id:
                yield (
                    f"[documents.{found.id}]: {name} is a name of `{owner}` already; give one another name, "
                    "or `offered = false` to the one that is not used"
                )
