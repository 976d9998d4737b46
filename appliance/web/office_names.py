# SPDX-License-Identifier: Apache-2.0
"""How an office is told apart from others of its name."""

from appliance.web.language import _


def numbered(number: int, name: str) -> str:
    """「0012 株式会社ABC商事」; number is 0 for an office that is no more."""
    return f"{number:04d} {name}" if number else _("削除された事業所")
