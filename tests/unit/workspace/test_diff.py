"""Line differences: always right, never touching, bounded in cost, and no worse than git's."""

import random
import subprocess
from pathlib import Path

import pytest
from agentxd.workspace.diff import Change, changes
from agentxd.workspace.lines import split_lines
from hypothesis import given
from hypothesis import strategies as st

few_words = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"}\n", b"c"]), max_size=14)
many_words = st.lists(st.integers(0, 400).map(b"%d\n".__mod__), max_size=40)


def patched(a: list[bytes], b: list[bytes], found: list[Change]) -> list[bytes]:
    """A with the changes; checks that they are in order and never touch."""
    result: list[bytes] = []
    at = 0
    for index, change in enumerate(found):
        assert change.a_start > at or change.a_start == 0 == index
        assert change.a_start < change.a_end or change.b_start < change.b_end
        result += a[at : change.a_start]
        assert len(result) == change.b_start
        result += b[change.b_start : change.b_end]
        at = change.a_end
    return result + a[at:]


def n_changed(found: list[Change]) -> int:
    return sum(c.a_end - c.a_start + c.b_end - c.b_start for c in found)


@given(few_words | many_words, few_words | many_words)
def test_the_changes_turn_one_side_into_the_other(a, b):
    assert patched(a, b, changes(a, b)) == b
    assert changes(a, a) == []


@given(few_words, few_words)
def test_invariant_3_the_same_lines_give_the_same_changes(a, b):
    assert changes(a, b) == changes([bytes(bytearray(line)) for line in a], list(b))


PLACED = {
    "an added function stands as one block": ("a\n}\nb\n}\n", "a\n}\nx\n}\nb\n}\n", [(2, 2, 2, 4)]),
    "a repeated line is added at the end": ("x\nx\n", "x\nx\nx\n", [(2, 2, 2, 3)]),
    "a repeated line is taken from the end": ("x\nx\nx\n", "x\n", [(1, 3, 1, 1)]),
    "a moved line is one removal and one addition": (
        "m\na\nb\nc\n",
        "a\nb\nc\nm\n",
        [(0, 1, 0, 0), (4, 4, 3, 4)],
    ),
    "the line that got an ending changed": ("a\nb", "a\nb\n", [(1, 2, 1, 2)]),
    "all is new": ("", "a\nb\n", [(0, 0, 0, 2)]),
    "all is gone": ("a\nb\n", "", [(0, 2, 0, 0)]),
}


@pytest.mark.parametrize(("before", "after", "expected"), PLACED.values(), ids=PLACED)
def test_changes_stand_where_a_person_would_put_them(before, after, expected):
    found = changes(split_lines(before.encode()), split_lines(after.encode()))
    assert [tuple(change) for change in found] == expected


N = 50_000
seed = random.Random(7)
SHORT_CYCLE = [b"%d\n" % seed.randrange(100) for _ in range(N)]
BITS = [b"%d\n" % seed.randrange(2) for _ in range(2 * N)]
UNIQUE = [b"%d\n" % n for n in range(N)]
HARD = {
    "one line in fifty": (UNIQUE, [b"x%d\n" % n if n % 50 == 0 else b"%d\n" % n for n in range(N)]),
    "reversed": (UNIQUE, UNIQUE[::-1]),
    "shuffled": (UNIQUE, seed.sample(UNIQUE, N)),
    "the same line over and over": ([b"a\n"] * N, [b"a\n"] * (N // 2)),
    "the same line with others": ([b"a\n"] * N, ([b"a\n"] * 10 + [b"b\n"]) * (N // 11)),
    "two unrelated runs of two lines": (BITS[:N], BITS[N:]),
    "two unrelated runs of a hundred lines": (SHORT_CYCLE, seed.sample(SHORT_CYCLE, N)),
    "a cycle against another": ([b"a\n", b"b\n"] * (N // 2), [b"b\n", b"c\n", b"a\n"] * (N // 3)),
}


@pytest.mark.parametrize(("a", "b"), HARD.values(), ids=HARD)
def test_fifty_thousand_lines_of_the_worst_kind_come_to_an_end(a, b):
    assert patched(a, b, changes(a, b)) == b


def test_few_edits_in_many_repeated_lines_stay_few():
    edited = [b"x\n" if n % 20 == 0 else line for n, line in enumerate(SHORT_CYCLE)]
    assert n_changed(changes(SHORT_CYCLE, edited)) == 2 * (N // 20)


def test_changes_are_about_as_few_as_those_of_git(tmp_path: Path):
    """Patience gives up a few lines for blocks that belong together: at most 15 in 100."""
    ours = theirs = 0
    draw = random.Random(3)
    for source in sorted(Path(__file__).parents[3].glob("server/agentxd/**/*.py"))[::4]:
        a = split_lines(source.read_bytes())
        b = [line for line in a if draw.random() < 0.9]
        for _ in range(len(b) // 15):
            b.insert(draw.randrange(len(b)), draw.choice(a))
        ours += n_changed(changes(a, b))
        theirs += n_changed_by_git(tmp_path, a, b)
    assert ours <= 1.15 * theirs


def n_changed_by_git(folder: Path, a: list[bytes], b: list[bytes]) -> int:
    for name, lines in (("a", a), ("b", b)):
        (folder / name).write_bytes(b"".join(lines))
    command = ["git", "diff", "--no-index", "--numstat", "a", "b"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return sum(int(n) for n in done.stdout.split()[:2])
