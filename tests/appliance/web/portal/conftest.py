# SPDX-License-Identifier: Apache-2.0
"""The portal with the real vault behind it."""

from tests.appliance.web.portal_with_vault import admin, reader, world

__all__ = ["admin", "reader", "world"]
