"""How often the rules speak on ordinary commits of well-kept repositories.

AGENTX_BENCH_REVIEW names three clones, separated by colons; `--show` as a script prints each one.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from agentxd.app.review.parts import make_syntax
from agentxd.kernel.review import Change, Finding
from agentxd.plugins.changes.git_changes import GitChanges
from agentxd.plugins.changes.git_tree import GitTree
from agentxd.plugins.rules.registry import installed
from agentxd.review.answers import Answers
from agentxd.review.baseline import Baseline
from agentxd.review.choosing import chosen
from agentxd.review.gathering import Clock, Standing, gather
from agentxd.review.judging import Kept, Wanted, judged

from tests.bench.measure import MissingPartError, Row

N_COMMITS = 200
MAX_PER_COMMIT = 0.1
_PATHS = "AGENTX_BENCH_REVIEW"


def bench() -> Sequence[Row]:
    """Rows of the page. Raises MissingPartError."""
    rows, n_all, n_commits = [], 0, 0
    for root, wanted in _shares():
        found = [list(findings) for _, findings in reviewed(root, wanted)]
        n_found, n_commits = sum(map(len, found)), n_commits + len(found)
        n_all += n_found
        rows.append(Row(f"{root.name}: findings on {len(found)} commits", str(n_found)))
    share = n_all / max(n_commits, 1)
    return [
        *rows,
        Row(
            f"findings at the default floor on {n_commits} ordinary commits",
            f"{n_all}, {share:.2f} for a commit",
            f"≤ {MAX_PER_COMMIT} for a commit",
            share <= MAX_PER_COMMIT,
        ),
    ]


def reviewed(root: Path, n_commits: int) -> Iterator[tuple[str, Sequence[Finding]]]:
    """Commit and what would be shown of it, for the newest commits that are no merges."""
    names = subprocess.run(
        ["git", "log", "--no-merges", f"-{n_commits}", "--format=%H"],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    changes = GitChanges(str(root))
    for name in names:
        yield name, found_in(changes.of_range(name), str(root))


def found_in(change: Change, root: str) -> Sequence[Finding]:
    """What a review with all rules shows, without linters and answers."""
    rules = chosen(installed([]).rules)
    with GitTree(root, change.head) as tree:
        ground = Standing(change, make_syntax(), tree)
        gathered = gather(rules, ground, Clock(time.monotonic, time.monotonic() + 3600))
    assert not gathered.failures, gathered.failures
    kept = Kept(Answers(), Baseline(), date.max)
    ids = {rule.info.id for rule in rules}
    return judged(gathered.findings, change, ids, kept, Wanted()).findings


def _shares() -> Iterator[tuple[Path, int]]:
    roots = [Path(path) for path in os.environ.get(_PATHS, "").split(":") if path]
    if not roots:
        raise MissingPartError(f"clones of well-kept repositories; name them in {_PATHS}")
    for number, root in enumerate(roots):
        yield root, N_COMMITS // len(roots) + (number < N_COMMITS % len(roots))


def main() -> None:
    """Print every finding with its commit."""
    for root, wanted in _shares():
        for commit, findings in reviewed(root, wanted):
            for one in findings:
                place = f"{one.path}:{one.line + 1}"
                print(
                    f"{root.name} {commit[:10]} {one.severity.value:<7} {one.rule:<20} {place} {one.message}"
                )


if __name__ == "__main__":
    sys.exit(main())
