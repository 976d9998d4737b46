# SPDX-License-Identifier: Apache-2.0
"""PCs are bound by the 確認コード that their kits write: a key is identity, traits are evidence (L10)."""

import re
from dataclasses import dataclass

from appliance.contracts.device import DeviceBinder
from appliance.contracts.plugin import Plugin, hookimpl
from renkei_device_code.binder import CodeBinder
from renkei_device_code.worthless import Worthless, shipped

__all__ = ["DeviceCode", "Settings"]

_MOST = 200
_FUND = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """worthless are values of this fund's PCs that tell none from another, beside those that are shipped.

    fund stands for the fund in the hashes of traits, so that PCs of all its offices can be compared; "" is right
    where all contract numbers begin alike.
    """

    worthless: tuple[str, ...] = ()
    fund: str = ""

    def __post_init__(self) -> None:
        """Each costs a moment when the first 確認コード is looked at."""
        if len(self.worthless) > _MOST:
            raise ValueError(f"`worthless` has at most {_MOST} values")
        if self.fund and _FUND.fullmatch(self.fund) is None:
            raise ValueError("`fund` has up to 20 letters and digits")


class DeviceCode(Plugin):
    """Keeps nothing: what a file claims stands in the file, and bonds are records of the core."""

    Settings = Settings

    @hookimpl
    def register_device(self) -> list[DeviceBinder]:
        """The one binder."""
        worthless = Worthless([*shipped(), *self.settings.worthless])
        return [CodeBinder(worthless, self.services.in_thread, self.settings.fund)]
