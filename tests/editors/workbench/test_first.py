"""First contact."""

import pytest

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("workbench")]


def test_opens(desk):
    bench = desk.sit()
    editor = bench.open_file("parcel/rates.py")
    editor.until_text("Base rates")
    bench.shot("rates")
    print(bench.seen())
