# SPDX-License-Identifier: Apache-2.0
"""What leaves the fund on paper."""
