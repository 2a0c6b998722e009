"""Retrieval quality: what people write about code, and whether the code is found by it."""

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from tests.bench.measure import MissingPartError, Row
from tests.bench.retrieval_material import Material, Question, clones, commits, docstrings
from tests.bench.retrieval_methods import Corpus, Place, methods

_FILE_METHODS = ("grep", "BM25 over files")
KINDS = {"docstring to function": docstrings, "commit to files": commits}
_N_PROCESSES = 2
_MIN_QUESTIONS = 50
"""A repository with fewer of a kind is left out of that kind."""


class Scores(NamedTuple):
    """Shares of questions whose first right place stands among the first so many."""

    at_1: float
    at_5: float
    at_10: float
    mrr: float

    def words(self) -> str:
        return f"{self.at_1:.3f} / {self.at_5:.3f} / {self.at_10:.3f}, MRR {self.mrr:.3f}"


class Measured(NamedTuple):
    """One way on one repository."""

    kind: str
    repository: str
    method: str
    n_questions: int
    scores: Scores


def measured(material: Material, folder: Path) -> list[Measured]:
    """Every way on one repository's questions of one kind."""
    corpus = Corpus(material.files)
    found = []
    for name, ranking in methods(corpus, folder).items():
        ranks = [_rank(ranking(question.text), question) for question in material.questions]
        n = len(material.questions)
        found.append(Measured(material.kind, material.repository, name, n, _scores(ranks)))
    return found


def _rank(places: Sequence[Place], question: Question) -> int:
    """Of the first right place, from 1; 0 for none. Files count once, where files are asked for."""
    if question.line < 0:
        paths = list(dict.fromkeys(place.path for place in places))
        return next((rank for rank, path in enumerate(paths, 1) if path in question.paths), 0)
    for rank, place in enumerate(places, 1):
        if place.path in question.paths and place.start <= question.line < place.end:
            return rank
    return 0


def _scores(ranks: Sequence[int]) -> Scores:
    n = max(len(ranks), 1)
    at = [sum(0 < rank <= most for rank in ranks) / n for most in (1, 5, 10)]
    return Scores(*at, sum(1 / rank for rank in ranks if rank) / n)


def everything() -> list[Measured]:
    """Both kinds of questions on every clone. Raises MissingPartError."""
    jobs = [(kind, name, git) for name, git in clones().items() for kind in KINDS]
    done: list[Measured] = []
    with ProcessPoolExecutor(_N_PROCESSES, get_context("spawn")) as pool:
        for (_, name, _), (told, rows) in zip(jobs, pool.map(_job, jobs), strict=True):
            print(f"{name}, {told}", file=sys.stderr, flush=True)
            done += rows
    for kind in dict.fromkeys(one.kind for one in done):
        print(f"\n{kind}, recall at 10\n\n{table(done, kind)}\n", file=sys.stderr)
    return done


def _job(job: tuple[str, str, Path]) -> tuple[str, list[Measured]]:
    kind, name, git = job
    began = time.monotonic()
    material = KINDS[kind](name, git)
    rows: list[Measured] = []
    if len(material.questions) >= _MIN_QUESTIONS:
        with tempfile.TemporaryDirectory() as folder:
            rows = measured(material, Path(folder))
    seconds = time.monotonic() - began
    return f"{kind}: {len(material.questions)} questions, {seconds:.0f} s", rows


def mean(done: Sequence[Measured], kind: str, method: str) -> Scores:
    """Over repositories, each counting the same."""
    rows = [one.scores for one in done if one.kind == kind and one.method == method]
    return Scores(*(sum(column) / len(rows) for column in zip(*rows, strict=True)))


def bench() -> Sequence[Row]:
    """Means over the repositories for each kind and way, and what the kinds are."""
    done = everything()
    rows = []
    for kind in dict.fromkeys(one.kind for one in done):
        own = [one for one in done if one.kind == kind]
        n = sum(one.n_questions for one in own if one.method == "grep")
        names = ", ".join(dict.fromkeys(one.repository for one in own))
        rows.append(Row(f"{kind}: material", f"{n:,} questions of {names}"))
        rows += [_row(done, kind, method) for method in dict.fromkeys(one.method for one in own)]
    if not rows:
        raise MissingPartError("the clones hold too few questions")
    return rows


def _row(done: Sequence[Measured], kind: str, method: str) -> Row:
    is_lenient = method in _FILE_METHODS and "function" in kind
    what = f"{kind}: {method}" + (" (the right file is enough)" if is_lenient else "")
    return Row(what, f"recall at 1 / 5 / 10: {mean(done, kind, method).words()}")


def table(done: Sequence[Measured], kind: str) -> str:
    """Recall at 10 of each repository and way, as Markdown."""
    own = [one for one in done if one.kind == kind]
    names = list(dict.fromkeys(one.method for one in own))
    lines = [
        "| repository | questions | " + " | ".join(names) + " |",
        "|---" * (len(names) + 2) + "|",
    ]
    for repository in dict.fromkeys(one.repository for one in own):
        row = {one.method: one for one in own if one.repository == repository}
        cells = " | ".join(f"{row[name].scores.at_10:.3f}" for name in names)
        lines.append(f"| {repository} | {row[names[0]].n_questions} | {cells} |")
    cells = " | ".join(f"{mean(done, kind, name).at_10:.3f}" for name in names)
    return "\n".join([*lines, f"| mean | | {cells} |"])
