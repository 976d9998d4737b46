# SPDX-License-Identifier: Apache-2.0
"""seat.ini, by which the installer and 「インストール確認」 know whose they are: as Windows reads it, in UTF-16."""

import codecs
import re
from collections.abc import Mapping

from appliance.contracts.kit import KitNotBuilt, KitOrder
from renkei_kit_windows.settings import Settings

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)
# Windows takes no more of a line than fits into its buffer; NSIS cuts at 1,024.
MAX_VALUE = 400


def seat_file(order: KitOrder, settings: Settings) -> bytes:
    """The file of one order. Raises KitNotBuilt for what would not come back as it is."""
    sections = {
        "seat": {
            "contract": order.contract_number,
            "number": f"{order.seat:02d}",
            "kit": order.kit,
            "fund": order.fund,
            "contact": order.contact,
            "public": order.public_url,
            "portal": order.portal_url,
        },
        "client": {"arguments": settings.client_arguments, "program": settings.client_program},
        "binding": order.binding,
    }
    text = "".join(_section(name, values) for name, values in sections.items())
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


def _section(name: str, values: Mapping[str, str]) -> str:
    lines = "".join(f'{_named(key)}="{_value(value)}"\r\n' for key, value in values.items())
    return f"[{name}]\r\n{lines}\r\n"


def _named(key: str) -> str:
    if _NAME.fullmatch(key) is None:
        raise KitNotBuilt(f"the device binder named something {key!r}, which cannot stand in a kit")
    return key


def _value(text: str) -> str:
    """One line: what is no sign becomes a blank. The marks around it are taken off by Windows, none inside is."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    if len(shown) > MAX_VALUE:
        raise KitNotBuilt(f"a value for the kit has more than {MAX_VALUE} characters")
    return shown
