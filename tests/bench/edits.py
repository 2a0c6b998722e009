"""Edits that land: hunks of real commits, in five formats, on files that were disturbed."""

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from agentxd.kernel.errors import AgentxError
from agentxd.workspace.editing.applying import apply_edits
from agentxd.workspace.editing.reading import read_edits
from agentxd.workspace.editing.values import Format, Refused

from tests.bench.edit_disturbances import DISTURBANCES, Case
from tests.bench.edit_hunks import Hunk, hunks, repositories
from tests.bench.edit_writing import arguments
from tests.bench.measure import MissingPartError, Row, ms, percentile

ROOT = Path(__file__).parents[2]
FOLDER = "AGENTX_BENCH_REPOS"
N_HUNKS = 130
"""Of each repository."""
MAY_REFUSE = ("the block twice", "a near copy elsewhere", "only a near copy left", "the block gone")
"""Disturbances after which refusing is right, or at least no fault."""


class Outcome(NamedTuple):
    """What became of one edit."""

    format: Format
    disturbance: str
    verdict: str
    """right, refused or wrong."""
    seconds: float
    hunk: Hunk
    case: Case
    words: str


def outcomes(found: Sequence[Hunk]) -> Iterator[Outcome]:
    """Every hunk in every format after every disturbance; the same each time."""
    for hunk in found:
        for name, disturb in DISTURBANCES.items():
            chance = random.Random(f"{hunk.commit}{hunk.path}{len(hunk.before)}{name}")
            case = disturb(hunk, chance)
            for format_ in Format if case else ():
                if asked := arguments(format_, hunk, case):
                    yield _outcome(format_, name, hunk, case, asked)


def _outcome(format_: Format, name: str, hunk: Hunk, case: Case, asked: dict[str, str]) -> Outcome:
    content = b"".join(case.file)
    start = time.perf_counter()
    after: bytes | None = None
    try:
        applied = apply_edits(read_edits(format_, asked), {hunk.path: content})
        if isinstance(applied, Refused):
            words = applied.problems[0]
        else:
            after, words = applied.files[0].after, str(applied.files[0].spots)
    except AgentxError as error:
        words = error.message
    seconds = time.perf_counter() - start
    is_scoped = format_ is Format.APPLY_PATCH and bool(hunk.scope)
    verdict = _verdict(case, after, is_scoped=is_scoped)
    return Outcome(format_, name, verdict, seconds, hunk, case, words)


def _verdict(case: Case, after: bytes | None, *, is_scoped: bool) -> str:
    if after is None:
        return "refused"
    if is_scoped and case.scoped is not None and after == b"".join(case.scoped):
        return "right"
    if case.expected is None:
        return "wrong"
    expected = b"".join(case.expected)
    if case.is_space_free:
        return "right" if _space_free(after) == _space_free(expected) else "wrong"
    return "right" if after == expected else "wrong"


def _space_free(content: bytes) -> list[bytes]:
    return [line.rstrip() for line in content.split(b"\n")]


def material(limit: int = N_HUNKS) -> tuple[list[Hunk], str]:
    """The hunks and where they are from. Raises MissingPartError where there is no history."""
    folder = os.environ.get(FOLDER, "")
    places = repositories(Path(folder)) if folder else {"this project": ROOT / ".git"}
    found = [hunk for name, git in places.items() for hunk in hunks(name, git, limit)]
    if not found:
        raise MissingPartError(f"there is no git history in {folder or 'this checkout'}")
    return found, ", ".join(dict.fromkeys(hunk.repository for hunk in found))


def bench() -> Sequence[Row]:
    """One row for each format, and the time that one edit takes."""
    found, source = material()
    done = list(outcomes(found))
    rows = [Row("edits: material", f"{len(found):,} hunks of {source}; {len(done):,} edits")]
    for format_ in Format:
        own = [outcome for outcome in done if outcome.format is format_]
        n_wrong = sum(outcome.verdict == "wrong" for outcome in own)
        figure = f"{_share(o for o in own if o.disturbance not in MAY_REFUSE)}, {n_wrong} wrong"
        rows.append(Row(f"edits: {format_.value}, landed right", figure, "0 wrong", n_wrong == 0))
    taken = [outcome.seconds for outcome in done]
    figure = f"p50 {ms(percentile(taken, 0.5))}, p99 {ms(percentile(taken, 0.99))}"
    return [*rows, Row("edits: one edit, parsed and applied", figure)]


def _share(own: Iterator[Outcome]) -> str:
    counts = Counter(outcome.verdict for outcome in own)
    return f"{counts['right'] / max(counts.total(), 1):.1%} of {counts.total():,}"


def table(done: Sequence[Outcome]) -> str:
    """Right (and, where there are any, wrong) for each disturbance and format, as Markdown."""
    counts = Counter((o.disturbance, o.format, o.verdict) for o in done)
    heads = ["disturbance", *(format_.value for format_ in Format)]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name in DISTURBANCES:
        cells = [_cell(counts, name, format_) for format_ in Format]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(counts: Counter[tuple[str, Format, str]], name: str, format_: Format) -> str:
    right, refused, wrong = (counts[name, format_, v] for v in ("right", "refused", "wrong"))
    total = right + refused + wrong
    if not total:
        return "–"
    words = f"{right / total:.1%} right" if right else f"{refused / total:.1%} refused"
    return f"{words}, **{wrong} wrong**" if wrong else words


def main() -> int:
    """Prints the table; 1 where any edit was wrong, with the first ones shown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hunks", type=int, default=N_HUNKS, help="of each repository")
    parser.add_argument("--show", type=int, default=5, help="how many wrong ones are shown")
    options = parser.parse_args()
    found, source = material(options.hunks)
    done = list(outcomes(found))
    print(f"{len(found):,} hunks of {source}; {len(done):,} edits\n\n{table(done)}")
    wrong = [outcome for outcome in done if outcome.verdict == "wrong"]
    for outcome in wrong[: options.show]:
        hunk = outcome.hunk
        print(f"\n{outcome.format.value}, {outcome.disturbance}: {hunk.repository} {hunk.commit}")
        print(f"{hunk.path}:{len(hunk.before) + 1} {outcome.words}")
        print("".join(sign + line.decode("utf-8", "replace") for sign, line in outcome.case.body))
    print(f"\n{len(wrong)} wrong of {len(done):,}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
