# SPDX-License-Identifier: Apache-2.0
"""PCs are bound by the 確認コード that their kits write: a key is identity, traits are evidence (L10)."""

from dataclasses import dataclass

from appliance.contracts.device import DeviceBinder
from appliance.contracts.plugin import Plugin, hookimpl
from renkei_device_code.binder import CodeBinder
from renkei_device_code.worthless import Worthless, shipped

__all__ = ["DeviceCode", "Settings"]

_MOST = 200


@dataclass(frozen=True)
class Settings:
    """worthless are values of this fund's PCs that tell none from another, beside those that are shipped."""

    worthless: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Each costs a moment when the first 確認コード is looked at."""
        if len(self.worthless) > _MOST:
            raise ValueError(f"`worthless` has at most {_MOST} values")


class DeviceCode(Plugin):
    """Keeps nothing: what a file claims stands in the file, and bonds are records of the core."""

    Settings = Settings

    @hookimpl
    def register_device(self) -> list[DeviceBinder]:
        """The one binder."""
        worthless = Worthless([*shipped(), *self.settings.worthless])
        return [CodeBinder(worthless, self.services.in_thread)]
