# SPDX-License-Identifier: Apache-2.0
"""The words of the domain: frozen dataclasses, enums, identifiers, calendars. No I/O and no clock."""
