"""Frames come whole, however the bytes are cut; what is none is told."""

import pytest
from agentxd.plugins.workers.frames import BadFrameError, Frames, framed
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.binary(max_size=300), max_size=20), st.lists(st.integers(1, 50)))
def test_any_cut_gives_the_same_frames(bodies, cuts):
    data, frames, found = b"".join(map(framed, bodies)), Frames(), []
    for cut in cuts:
        found += frames.feed(data[:cut])
        data = data[cut:]
    assert [*found, *frames.feed(data)] == bodies


def test_what_announces_a_giant_is_no_frame():
    frames = Frames()
    feed = frames.feed(framed(b"good") + b"\xff\xff\xff\xff")
    assert next(feed) == b"good"
    with pytest.raises(BadFrameError):
        next(feed)
