# SPDX-License-Identifier: Apache-2.0
"""What a number of the configuration must be."""


def within(key: str, value: float, least: float, most: float) -> None:
    """Raise ValueError, which config.decode turns into a message, unless least ≤ value ≤ most."""
    if not least <= value <= most:
        raise ValueError(f"`{key}` must be from {least} to {most}, not {value}")
