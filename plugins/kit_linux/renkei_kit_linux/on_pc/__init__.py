# SPDX-License-Identifier: Apache-2.0
"""What runs on the PC of an office: the standard library, and the openssl command that the PC has."""
