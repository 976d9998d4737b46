# SPDX-License-Identifier: Apache-2.0
"""The manuals that offices get as PDFs: four that are made of texts and pictures, and those that the fund adds."""
