# SPDX-License-Identifier: Apache-2.0
"""The privileged process: opens, ends and lists VPN sessions."""
