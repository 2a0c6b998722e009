"""The merge against `git merge-file`: the same, or different for a reason that is written down.

A difference is explained when our merge gives git's result as soon as it is handed the line
changes that git's own `diff` finds: then only the choice of matching lines differs (see the table
in docs/merge.md). Every other difference fails.
"""

import itertools
import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from agentxd.workspace.diff import Change
from agentxd.workspace.lines import split_lines
from agentxd.workspace.merge import Merged, Sides, merge3, merge_changes

ROOT = Path(__file__).parents[3]
WHOLE = "-U1000000"
"""All lines as context: git cuts equal ends off before it compares where there is none."""

OWN = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


class Case(NamedTuple):
    base: bytes
    ours: bytes
    theirs: bytes


def git(folder: Path, *words: str) -> tuple[int, bytes]:
    done = subprocess.run(["git", *words], cwd=folder, env=OWN, capture_output=True, check=False)
    return done.returncode, done.stdout


def git_merge(folder: Path, case: Case) -> bytes | None:
    """The text that git makes; None where it sees conflicts."""
    for name, text in case._asdict().items():
        (folder / name).write_bytes(text)
    code, text = git(folder, "merge-file", "-p", "ours", "base", "theirs")
    assert code < 128  # more is an error, less the number of conflicts
    return None if code else text


def git_changes(folder: Path, side: str) -> list[Change]:
    """What git's diff says about base and one side."""
    how = ["--no-index", WHOLE, "--diff-algorithm=myers", "--no-indent-heuristic", "--text"]
    _, patch = git(folder, "diff", *how, "base", side)
    marks = [line[:1] for line in patch.partition(b"\n@@")[2].split(b"\n")[1:]]
    found: list[Change] = []
    a = b = 0
    for mark in marks:
        a_end, b_end = a + (mark in b" -" and mark != b""), b + (mark in b" +" and mark != b"")
        if mark in (b"-", b"+"):
            is_next = found and (found[-1].a_end, found[-1].b_end) == (a, b)
            first = found.pop() if is_next else Change(a, a, b, b)
            found.append(Change(first.a_start, a_end, first.b_start, b_end))
        a, b = a_end, b_end
    return found


def verdict(folder: Path, case: Case) -> str:
    """How our merge compares with git's; `UNEXPLAINED` is what must not be."""
    theirs, own = git_merge(folder, case), merge3(*case).text
    if own == theirs:
        return "same text" if own is not None else "both clash"
    sides = Sides(*(split_lines(text) for text in case))
    with_their_eyes: Merged = merge_changes(
        sides, git_changes(folder, "ours"), git_changes(folder, "theirs")
    )
    if with_their_eyes.text != theirs:
        return "UNEXPLAINED"
    if own is None:
        return "other lines matched: we clash, git merges"
    return "other lines matched: " + ("git clashes" if theirs is None else "another text")


def sources() -> list[bytes]:
    return [path.read_bytes() for path in sorted(ROOT.glob("server/**/*.py"))]


def realistic_edit(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    """As people and agents edit: rename, insert, delete, duplicate, move, indent, other endings."""
    lines = list(lines)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(lines) + 1)
        block = lines[at : at + draw.randint(1, 6)]
        match draw.randrange(7):
            case 0:
                word, new = draw.choice([(b"self", b"this"), (b"name", b"label"), (b"None", b"0")])
                lines = [line.replace(word, new) for line in lines]
            case 1:
                lines[at:at] = [b"    # note %d\n" % draw.randrange(3)] * draw.randint(1, 2)
            case 2:
                del lines[at : at + len(block)]
            case 3:
                lines[at:at] = block
            case 4:
                del lines[at : at + len(block)]
                to = draw.randrange(len(lines) + 1)
                lines[to:to] = block
            case 5:
                lines[at : at + len(block)] = [b"    " + line for line in block]
            case 6:
                lines[at : at + len(block)] = [line.replace(b"\n", b"\r\n") for line in block]
    return lines


def edited_sources(n: int) -> Iterator[Case]:
    draw = random.Random(11)
    texts = [text for text in sources() if text]
    for _ in range(n):
        base = split_lines(draw.choice(texts))[: draw.choice([20, 60, 400])]
        sides = [b"".join(realistic_edit(draw, base)) for _ in range(2)]
        yield Case(b"".join(base), *sides)


def few_words(n: int) -> Iterator[Case]:
    """Short texts of few different lines: every kind of touching, repeating and ending."""
    draw = random.Random(5)
    for _ in range(n):
        words = [b"a\n", b"b\n", b"c\n", b"}\n", b"\r\n", b"\n"][: draw.randint(2, 6)]
        base = [draw.choice(words) for _ in range(draw.randint(0, 12))]
        sides: list[bytes] = []
        for _ in range(2):
            side = list(base)
            for _ in range(draw.randint(0, 3)):
                at = draw.randrange(len(side) + 1)
                new = [draw.choice(words) for _ in range(draw.randint(0, 2))]
                side[at : at + draw.randint(0, 2)] = new
            text = b"".join(side)
            sides.append(text[:-1] if draw.random() < 0.2 else text)
        yield Case(b"".join(base), *sides)


def reverted_commits(most: int) -> Iterator[Case]:
    """Real texts: take one commit of a file back after the next one (base: between the two)."""
    _, log = git(ROOT, "log", "--raw", "--no-abbrev", "--no-renames", "--format=", "--", "*.py")
    blobs: dict[bytes, list[str]] = {}
    for line in log.splitlines():
        facts, _, path = line.partition(b"\t")
        old, new, kind = facts.split()[2:5]
        if kind == b"M":
            blobs.setdefault(path, []).append(f"{old.decode()} {new.decode()}")
    for changes in blobs.values():
        for later, earlier in itertools.pairwise(changes):
            most -= 1
            if most < 0:
                return
            ours = later.split()[1]
            base, theirs = earlier.split()[::-1]
            yield Case(*(git(ROOT, "cat-file", "blob", blob)[1] for blob in (base, ours, theirs)))


CASES = {
    "edited sources": lambda: edited_sources(300),
    "few words": lambda: few_words(500),
    "reverted commits": lambda: reverted_commits(150),
}


@pytest.mark.parametrize("kind", CASES)
def test_every_difference_from_git_is_explained(kind, tmp_path: Path):
    found = Counter(verdict(tmp_path, case) for case in CASES[kind]())
    print(kind, dict(found.most_common()))
    assert found["UNEXPLAINED"] == 0


def test_git_and_we_mostly_agree_on_realistic_edits(tmp_path: Path):
    found = Counter(verdict(tmp_path, case) for case in edited_sources(100))
    assert found["same text"] + found["both clash"] >= 90
