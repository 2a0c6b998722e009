"""Questions with known answers, read from the histories of clones with git alone."""

import os
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from agentxd.index.words import WordSplitter
from agentxd.plugins.embedders.training.definitions import (
    Definition,
    definitions,
    language_of,
    without,
)
from agentxd.plugins.embedders.training.pairs import sentence_words

from tests.bench.edit_hunks import repositories
from tests.bench.measure import MissingPartError

ROOT = Path(__file__).parents[2]
FOLDER = "AGENTX_BENCH_RETRIEVAL"
N_QUESTIONS = 200
"""Of each kind and repository."""
_MAX_BYTES = 400_000
_MIN_LINES = 4
"""Of a function that is asked for, without its documentation."""
_MIN_WORDS = 4
_MAX_FILES = 5
"""Changed by a commit that is asked for: one that changes more is about no place."""
_N_COMMITS = 700
_ROUTINE = re.compile(r"(?i)^(merge|bump|release|revert|version|changelog|update dep|v?\d|\[pre)")
_LABEL = re.compile(r"^\w+(\([^)]*\))?!?:\s+|\s*\(#\d+\)|\s*#\d+|^\[\w+\]\s*")


class Question(NamedTuple):
    """What is asked, and which places answer it."""

    text: str
    paths: frozenset[str]
    line: int = -1
    """Of the definition's name, where a definition is asked for; else any line will do."""


class Material(NamedTuple):
    """Files of one repository at one commit, and questions about them."""

    repository: str
    kind: str
    files: Mapping[str, bytes]
    questions: list[Question]


def clones() -> dict[str, Path]:
    """Name to git directory; this project alone where no folder of clones is given."""
    folder = os.environ.get(FOLDER, "")
    found = repositories(Path(folder)) if folder else {"this project": ROOT / ".git"}
    if not found or not all(git.exists() for git in found.values()):
        raise MissingPartError(f"there is no git history in {folder or 'this checkout'}")
    return found


def docstrings(name: str, git: Path) -> Material:
    """First sentences of documentation, and the files with all such documentation taken out."""
    splitter = WordSplitter()
    files: dict[str, bytes] = {}
    asked: list[Question] = []
    for path, content in tree(git, "HEAD"):
        found = definitions(path, content)
        spans = [span for one in found for span in one.docs]
        files[path] = without(content, 0, len(content), spans)
        if "test" not in path.lower():
            asked += _of_definitions(path, content, found, splitter)
    counts = Counter(question.text for question in asked)
    unique = [question for question in asked if counts[question.text] == 1]
    return Material(name, "docstring to function", files, _sample(unique))


def _of_definitions(
    path: str, content: bytes, found: list[Definition], splitter: WordSplitter
) -> Iterator[Question]:
    for one in found:
        text = without(content, one.start, one.end, one.docs)
        n_lines = sum(bool(line.strip()) for line in text.split(b"\n"))
        long_enough = len(sentence_words(one.sentence, splitter)) >= _MIN_WORDS
        if one.is_function and long_enough and n_lines >= _MIN_LINES:
            yield Question(one.sentence, frozenset([path]), one.line)


def commits(name: str, git: Path) -> Material:
    """Subjects of commits, the files each changed, and the files before the first of them."""
    log = _git(git, "log", "--no-merges", f"--max-count={_N_COMMITS}", "--format=%H%x00%s")
    rows = [line.partition("\0") for line in log.decode("utf-8", "replace").splitlines()]
    files: dict[str, bytes] = {}
    asked: list[Question] = []
    if rows:
        files = dict(tree(git, rows[-1][0]))
    for commit, _, subject in rows[:-1]:
        text = _LABEL.sub("", subject)
        if len(text.split()) < _MIN_WORDS or _ROUTINE.match(subject):
            continue
        changed = _changed(git, commit)
        known = frozenset(path for path in changed if path in files)
        if known and len(changed) <= _MAX_FILES:
            asked.append(Question(text, known))
        if len(asked) >= N_QUESTIONS:
            break
    return Material(name, "commit to files", files, asked)


def _changed(git: Path, commit: str) -> list[str]:
    out = _git(git, "diff-tree", "-r", "--no-commit-id", "--name-only", "-z", commit)
    paths = out.decode("utf-8", "replace").split("\0")
    return [path for path in paths if language_of(path) and "test" not in path.lower()]


def tree(git: Path, commit: str) -> Iterator[tuple[str, bytes]]:
    """Source files of a commit that git has, and that a person may have written."""
    rows = []
    for row in (
        _git(git, "ls-tree", "-r", "-l", "-z", commit).decode("utf-8", "replace").split("\0")
    ):
        head, _, path = row.partition("\t")
        if language_of(path) and 0 < int(head.split()[3].replace("-", "0")) <= _MAX_BYTES:
            rows.append((path, head.split()[2]))
    asked = "".join(f"{blob}\n" for _, blob in rows).encode()
    out = _git(git, "cat-file", "--batch", asked=asked)
    place = 0
    for path, _ in rows:
        end = out.index(b"\n", place)
        head = out[place:end].split()
        place = end + 1
        if head[-1] != b"missing":
            size = int(head[2])
            yield path, out[place : place + size]
            place += size + 1


def _git(git: Path, *words: str, asked: bytes = b"") -> bytes:
    command = ["git", f"--git-dir={git}", *words]
    done = subprocess.run(command, input=asked, capture_output=True, check=False)
    if done.returncode:
        raise MissingPartError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


def _sample(questions: list[Question]) -> list[Question]:
    ordered = sorted(questions)
    random.Random(len(ordered)).shuffle(ordered)
    return ordered[:N_QUESTIONS]
