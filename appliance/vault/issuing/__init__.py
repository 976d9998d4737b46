# SPDX-License-Identifier: Apache-2.0
"""What an office is given: numbers, keys, letters, seats and another admin."""
