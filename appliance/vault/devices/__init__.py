# SPDX-License-Identifier: Apache-2.0
"""The PCs of an office: requests for activation, seats and bonds."""
