# SPDX-License-Identifier: Apache-2.0
"""Messages about VPN sessions: what is connected, what was, ending and blocking, and the way out of the portal."""
