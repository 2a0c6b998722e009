"""How long to wait after deaths, and when to give up."""

import pytest
from agentxd.plugins.indexing.deaths import Deaths


@pytest.mark.parametrize(
    ("lived", "wait_s", "is_too_often"),
    [
        ([], 0.0, False),
        ([1.0], 0.0, False),
        ([1.0, 1.0], 0.5, False),
        ([1.0] * 4, 2.0, False),
        ([1.0] * 5, 4.0, True),
        ([1.0] * 4 + [500.0], 0.0, False),
        ([500.0] * 9, 0.0, False),
        ([1.0] * 30, 15.0, True),
    ],
)
def test_quick_deaths_in_a_row_count(lived, wait_s, is_too_often):
    deaths = Deaths()
    for seconds in lived:
        deaths.note(seconds)
    assert (deaths.wait_s, deaths.is_too_often) == (wait_s, is_too_often)
