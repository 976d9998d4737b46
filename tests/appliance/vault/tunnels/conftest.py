# SPDX-License-Identifier: Apache-2.0
"""What tests of VPN sessions begin with."""

from tests.appliance.vault.tunnels.given import pc, sakura, tunnels

__all__ = ["pc", "sakura", "tunnels"]
