# SPDX-License-Identifier: Apache-2.0
"""Reads the configuration file."""

import tomllib
from pathlib import Path

from appliance.config.catalogue import catalogue_of
from appliance.config.decode import ConfigError, Where, decode
from appliance.config.settings import Settings


def load(path: Path) -> Settings:
    """The settings in the TOML file at path. Raises ConfigError."""
    try:
        text = path.read_text("utf-8-sig")  # some editors write a mark of byte order
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); `renkei init` makes one, or name it with --config"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    return parse(text, path)


def parse(text: str, path: Path) -> Settings:
    """The settings in text, which stands or will stand at path. Raises ConfigError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {_placed(str(error), text)}") from error
    settings = decode(table, Settings, Where(path.name))
    try:
        catalogue_of(settings)
    except ConfigError as error:
        raise ConfigError(f"{path.name}: {error}") from error
    return settings


def _placed(said: str, text: str) -> str:
    """What the parser says, with the number of the line also where that is the last."""
    return said.replace("(at end of document)", f"(at line {len(text.splitlines())}, the last)")
