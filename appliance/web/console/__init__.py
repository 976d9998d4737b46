# SPDX-License-Identifier: Apache-2.0
"""The site of the fund's staff: deliver notices, see which ones have arrived, see what happened."""
