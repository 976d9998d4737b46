# SPDX-License-Identifier: Apache-2.0
"""The tables of record store and blob store in a configuration, whatever plugins they are."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.cli.failure import Failure
from appliance.config.settings import Settings
from appliance.contracts.families import BY_ID
from appliance.host.catalogue import Row, State, catalogue

STORES = ("records", "blobs")
HOW = "write the tables [plugins.NAME] of one record store and one blob store into it, and nothing else"


@dataclass(frozen=True)
class Stores:
    """What a file says of the stores: its text as it is, and its tables by the names of their plugins."""

    file: Path
    text: str
    tables: Mapping[str, Any]

    def refuse_unfit(self, settings: Settings, config_file: Path) -> None:
        """Raise Failure unless the tables are those of one record store and one blob store.

        settings are those of the configuration that the text has become a part of.
        """
        for name, table in self.tables.items():
            if settings.plugins.get(name) != table:
                raise Failure(
                    f"{self.file}: begin the table of `{name}` with [plugins.{name}] on a line of its own"
                )
        rows = [row for row in catalogue(settings, config_file) if row.name in self.tables]
        for row in rows:
            self._refuse(row)
        for family in STORES:
            if (count := sum(family in row.families for row in rows)) != 1:
                raise Failure(f"{self.file}: it names {count or 'no'} {BY_ID[family].does}, not 1; {HOW}")

    def _refuse(self, row: Row) -> None:
        """A plugin that cannot be used, or that is no store."""
        if row.state is State.REFUSED:
            raise Failure(f"{self.file}: [plugins.{row.name}]: {row.why}")
        if not set(row.families) <= set(STORES):
            raise Failure(f"{self.file}: {row.name} is no store; {HOW}")


def read_stores(file: Path) -> Stores:
    """What stands in the file. Raises Failure, OSError."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
        found = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise Failure(f"{file}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise Failure(f"{file}: not TOML: {error}") from error
    tables = found.pop("plugins", None)
    if found:
        raise Failure(f"{file}: `{next(iter(found))}` is no store; {HOW}")
    if not isinstance(tables, dict) or not tables:
        raise Failure(f"{file}: there is no table [plugins.…]; {HOW}")
    if tomllib.loads(f"[other]\n{text}").get("plugins") != tables:  # it will stand behind other tables
        raise Failure(f"{file}: begin each table with [plugins.NAME] on a line of its own")
    return Stores(file, text, tables)


def table_of(family: str, settings: Settings, config_file: Path) -> tuple[str, Mapping[str, Any]]:
    """The one plugin of a family, by name, and its table. Raises Failure for none and for several."""
    rows = catalogue(settings, config_file)
    names = {row.name for row in rows if row.name in settings.plugins and family in row.families}
    if len(names) != 1:
        raise Failure(f"{config_file}: {wrong_number(family, names)}")
    (name,) = names
    return name, settings.plugins[name]


def wrong_number(family: str, names: set[str]) -> str:
    """Why it cannot be, where names are the plugins of a family of which there is exactly one."""
    one = BY_ID[family].does
    if not names:
        return f"there is no table of a {one}; write that of one, such as config.example.toml has"
    tables = " and ".join(f"[plugins.{name}]" for name in sorted(names))
    return f"{tables} are each a {one}; keep one of them and take the others out"


def only_stores(settings: Settings, config_file: Path) -> dict[str, Mapping[str, Any]]:
    """The tables of the stores, and of the rights policy without which no host of a vault is complete."""
    wanted = {settings.vault.rights, *(table_of(family, settings, config_file)[0] for family in STORES)}
    return {name: table for name, table in settings.plugins.items() if name in wanted}
