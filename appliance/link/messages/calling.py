# SPDX-License-Identifier: Apache-2.0
"""Messages about an office that calls: its card, and the ready answers."""
