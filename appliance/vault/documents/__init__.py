# SPDX-License-Identifier: Apache-2.0
"""Documents on their way in and out: parts, sealed chunk by chunk, and the notices that they become (design §6)."""
