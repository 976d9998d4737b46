# SPDX-License-Identifier: Apache-2.0
"""A number beyond its bounds is told by its key."""

import pytest

from appliance.config.bounds import within


@pytest.mark.parametrize("value", [1, 1.5, 2])
def test_the_bounds_themselves_are_within(value: float) -> None:
    within("key", value, 1, 2)


@pytest.mark.parametrize("value", [0.99, 2.01])
def test_what_is_beyond_names_the_key_and_the_bounds(value: float) -> None:
    with pytest.raises(ValueError, match=f"`key` must be from 1 to 2, not {value}"):
        within("key", value, 1, 2)
