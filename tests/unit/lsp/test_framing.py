"""However the bytes are cut, the same frames come out, and a good one is never lost."""

import random
from itertools import pairwise

import pytest
from agentxd.edges.lsp.framing import BadFrame, Frame, FrameReader, frame

GOOD = frame(b'{"id":1}')
BAD = [
    ("no length", b"Foo: 1\r\n\r\n{}"),
    ("no number", b"Content-Length: abc\r\n\r\n{}"),
    ("two lengths", b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    ("garbage", b"\x00\x01 hello\r\n\r\n"),
    ("garbage that ends as a header begins", b"Foo: 1\r\n\r\n{} Content-Le"),
    ("a header without end", b"X" * 10_000),
    ("nothing behind it", b"Foo: 1\r\n\r\n"),
]


def read(pieces):
    reader = FrameReader()
    return [found for piece in pieces for found in reader.feed(piece)]


def bodies(found):
    return [one.body for one in found if isinstance(one, Frame)]


@pytest.mark.parametrize(("kind", "bad"), BAD, ids=[case[0] for case in BAD])
def test_invariant_6_a_good_frame_behind_a_bad_one_is_read_wherever_the_read_ends(kind, bad):
    data = bad + GOOD + GOOD
    for cut in range(max(1, len(bad) - 40), len(data)):
        found = read([data[:cut], data[cut:]])
        assert bodies(found) == [b'{"id":1}'] * 2, (kind, cut)
        assert sum(isinstance(one, BadFrame) for one in found) == 1, (kind, cut)


@pytest.mark.parametrize(("kind", "bad"), BAD, ids=[case[0] for case in BAD])
def test_invariant_6_single_bytes_are_read_as_one_piece_is(kind, bad):
    data = GOOD + bad + GOOD
    found = read([data[at : at + 1] for at in range(len(data))])
    assert [type(one) for one in found] == [Frame, BadFrame, Frame], kind


@pytest.mark.parametrize("seed", range(200))
def test_any_mixture_cut_anywhere_keeps_every_good_frame(seed):
    chance = random.Random(seed)
    parts = [
        chance.choice([GOOD, chance.choice(BAD)[1] + GOOD]) for _ in range(chance.randrange(1, 6))
    ]
    data = b"".join(parts)
    cuts = sorted(chance.randrange(len(data)) for _ in range(chance.randrange(8)))
    ends = [0, *cuts, len(data)]
    found = read([data[a:b] for a, b in pairwise(ends)])
    assert bodies(found) == [b'{"id":1}'] * len(parts)


def test_what_is_lost_is_not_kept():
    reader = FrameReader()
    list(reader.feed(b"Foo: 1\r\n\r\n"))
    for _ in range(100):
        assert list(reader.feed(b"x" * 10_000)) == []
    assert len(reader._buffer) < 20
    assert bodies(reader.feed(GOOD)) == [b'{"id":1}']
