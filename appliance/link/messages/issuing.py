# SPDX-License-Identifier: Apache-2.0
"""Messages about what an office is given: numbers, keys, letters, seats and another admin."""
