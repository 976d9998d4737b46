# SPDX-License-Identifier: Apache-2.0
"""Messages about the PCs of an office: requests for activation, seats and bonds."""
