# SPDX-License-Identifier: Apache-2.0
"""Pages about oneself, at portal and console alike: the first registration, one's own data, one's visits."""
