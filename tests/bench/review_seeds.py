"""Defects put into real changed files of public repositories, the same ones for the same seed.

They are written from how such defects look in the wild, not from what the rules look for.
AGENTX_BENCH_REVIEW_DATA names folders of clones, separated by colons; nothing of them is kept.
"""

import fnmatch
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from agentxd.app.review.parts import make_syntax
from agentxd.kernel.review import Change
from agentxd.kernel.review_ports import Tree
from agentxd.plugins.changes.git_tree import GitTree

from tests.bench.seeding import api, calls, checks, code, files, packages, secrets, texts
from tests.bench.seeding.material import (
    Case,
    Shape,
    Spot,
    clones,
    commits,
    is_aside,
    is_test,
    is_usable,
    language_of,
    ordinary,
    seeded,
)

SHAPES: tuple[Shape, ...] = (
    *secrets.SHAPES, *texts.SHAPES, *files.SHAPES, *code.SHAPES, *checks.SHAPES, *api.SHAPES,
    *calls.SHAPES, *packages.SHAPES,
)  # fmt: skip
N_WANTED = {"secret": 40, "dangerous-call": 30, "debug-leftover": 30, "api-broken": 25}
N_USUAL = 20
_NEWEST = 1500
_N_COMMITS = 240
"""That defects may go into, of all clones together."""
_OF_PATHS = 12
"""Of each clone, for each kind of file that few commits touch."""
_TRIES = 150
_IN_TESTS = ("test-removed", "test-weakened", "test-skipped")


@dataclass(frozen=True)
class Data:
    """Commits for defects by what they touch, and others that stay as they are."""

    spots: Sequence[Spot]
    clean: Sequence[tuple[Path, Change]]


def load(seed: int, n_clean_hunks: int) -> Data:
    """Takes commits of all clones in turn. Raises MissingPartError."""
    random, roots = Random(seed), clones()
    spots: list[Spot] = []
    clean: list[tuple[Path, Change]] = []
    for root in roots:
        names = commits(root, _NEWEST)
        random.shuffle(names)
        taken = list(dict.fromkeys([*_special(root), *names[: _N_COMMITS // len(roots)]]))
        spots += _spots(root, taken)
        others = [name for name in names if name not in taken]
        clean += _clean(root, others, n_clean_hunks // len(roots) + 1)
    random.shuffle(spots)
    return Data(spots, clean)


def _special(root: Path) -> Iterator[str]:
    """Commits that touch workflows and manifests."""
    yield from commits(root, _OF_PATHS, [".github/workflows"])
    for path in sorted({shape.paths for shape in SHAPES if shape.paths and "/" not in shape.paths}):
        yield from commits(root, _OF_PATHS // 2, [f":(glob)**/{path}"])


def _spots(root: Path, names: Sequence[str]) -> Iterator[Spot]:
    syntax = make_syntax()
    for name, change in ordinary(root, names):
        tree: Tree = GitTree(str(root), name)
        for file in filter(is_usable, change.files):
            yield Spot(root, change, file, language_of(file.path), syntax, tree)


def _clean(root: Path, names: Sequence[str], n_hunks: int) -> Iterator[tuple[Path, Change]]:
    n_taken = 0
    for _, change in ordinary(root, names):
        if n_taken >= n_hunks:
            return
        n_taken += n_hunks_of(change)
        yield root, change


def n_hunks_of(change: Change) -> int:
    """Runs of changed lines."""
    return sum(len(file.spans) for file in change.files)


def cases(data: Data, seed: int) -> Iterator[Case]:
    """So many of each rule as are wanted, all its shapes in turn, each in another file."""
    for rule in sorted({shape.rule for shape in SHAPES}):
        random = Random(f"{seed} {rule}")
        shapes = [shape for shape in SHAPES if shape.rule == rule]
        random.shuffle(shapes)
        n_made, used = 0, set[tuple[str, str]]()
        for shape in [*_by_kind(shapes), *shapes, *shapes]:
            if n_made >= N_WANTED.get(rule, N_USUAL):
                break
            case = _case(random, shape, data.spots, used)
            if case:
                n_made += 1
                yield case


def _by_kind(shapes: Sequence[Shape]) -> list[Shape]:
    """So that every kind of defect has its turn before the first one comes again."""
    groups: dict[str, list[Shape]] = defaultdict(list)
    for shape in shapes:
        groups[shape.name.rpartition("-")[0] if shape.languages else shape.name].append(shape)
    most = max(map(len, groups.values()))
    return [group[n] for n in range(most) for group in groups.values() if n < len(group)]


def _case(
    random: Random, shape: Shape, spots: Sequence[Spot], used: set[tuple[str, str]]
) -> Case | None:
    fit = [
        spot
        for spot in spots
        if _fits(shape, spot) and (spot.change.head, spot.file.path) not in used
    ]
    random.shuffle(fit)
    for spot in fit[:_TRIES]:
        edits = shape.make(random, spot)
        if edits:
            used.add((spot.change.head, spot.file.path))
            return seeded(shape, spot, edits)
    return None


def _fits(shape: Shape, spot: Spot) -> bool:
    if shape.languages and spot.language not in shape.languages:
        return False
    if shape.paths and not fnmatch.fnmatch(
        spot.file.path, shape.paths.replace("*requirements.txt", "*.txt")
    ):
        return False
    if shape.rule in _IN_TESTS:
        return is_test(spot.file.path) or (
            spot.language == "rs" and not shape.name.startswith("file")
        )
    return not shape.languages or not (is_test(spot.file.path) or is_aside(spot.file.path))
