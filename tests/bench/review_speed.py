"""How long a review takes: a large change, and what the hook adds to an ordinary push."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import Row, in_turn, median, ms

AGENTXD = Path(sys.executable).with_name("agentxd")
SAMPLES = Path(__file__).parents[1] / "unit/languages/samples"
SUFFIXES = {
    "python": "py", "javascript": "js", "typescript": "ts", "tsx": "tsx", "go": "go",
    "rust": "rs", "java": "java", "c": "c", "cpp": "cpp", "csharp": "cs", "ruby": "rb",
    "php": "php", "bash": "sh", "css": "css", "html": "html", "yaml": "yml", "json": "json",
}  # fmt: skip
N_FILES, N_LINES = 100, 10_000
MAX_REVIEW_S, MAX_HOOK_S = 2.0, 0.4
N_RUNS, N_PUSHES = 5, 15


def bench() -> Sequence[Row]:
    """Rows of the page."""
    with tempfile.TemporaryDirectory(prefix="agentxd-bench-") as folder:
        return [_large(Path(folder)), _hook(Path(folder))]


def _git(root: Path, *words: str) -> None:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
    who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
    subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *words],
        cwd=root,
        env={**os.environ, **who},
        check=True,
        capture_output=True,
    )


def _environment(folder: Path) -> dict[str, str]:
    """Of somebody whose settings and daemons are their own."""
    own = {"HOME": str(folder), "AGENTXD_STATE_DIR": str(folder / "state")}
    path = f"{AGENTXD.parent}:{os.environ['PATH']}"
    return {**os.environ, **own, "AGENTXD_RUNTIME_DIR": str(folder / "run"), "PATH": path}


def _large(folder: Path) -> Row:
    """Every file was there, and half of its lines are new."""
    root = folder / "large"
    root.mkdir()
    _git(root, "init", "-q")
    texts = {name: (SAMPLES / f"{name}.txt").read_text().splitlines() for name in SUFFIXES}
    per_file = N_LINES // N_FILES
    for is_after in (False, True):
        for number in range(N_FILES):
            name = list(SUFFIXES)[number % len(SUFFIXES)]
            lines = texts[name] * (per_file // len(texts[name]) + 1)
            added = lines[:per_file] if is_after else []
            file = root / f"part{number % 7}/{name}{number}.{SUFFIXES[name]}"
            file.parent.mkdir(exist_ok=True)
            file.write_text("\n".join([*texts[name], *added]) + "\n")
        _git(root, "add", ".")
        _git(root, "commit", "-qm", "all")
    words = [AGENTXD, "review", "HEAD~1..HEAD", "--no-linters", "--format", "json"]
    words += ["--fail-on", "never", "--time-budget", "0"]

    def run() -> None:
        done = subprocess.run(
            words, cwd=root, env=_environment(folder), check=True, capture_output=True
        )
        assert b'"failures": []' in done.stdout or b'"failures":[]' in done.stdout, done.stdout[
            :500
        ]

    taken = in_turn({"review": run}, N_RUNS)["review"]
    return Row(
        f"`agentxd review` of {N_FILES} files, {N_LINES:,} added lines, all rules",
        f"{ms(median(taken))} (least {ms(min(taken))})",
        f"≤ {ms(MAX_REVIEW_S)}",
        median(taken) <= MAX_REVIEW_S,
    )


def _hook(folder: Path) -> Row:
    """The same push to a remote on disk with and without the hook, in turn."""
    root = folder / "pushed"
    root.mkdir()
    _git(folder, "init", "-q", "--bare", "remote.git")
    _git(root, "init", "-q")
    _git(root, "remote", "add", "origin", str(folder / "remote.git"))
    source = (SAMPLES / "python.txt").read_text()
    for number in range(40):
        (root / f"module{number}.py").write_text(source)
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "first")
    _git(root, "push", "-q", "origin", "HEAD:main")
    env = _environment(folder)
    subprocess.run([AGENTXD, "hook", "install"], cwd=root, env=env, check=True, capture_output=True)
    counter = iter(range(10_000))

    def push(*options: str) -> None:
        for number in range(3):
            with (root / f"module{number}.py").open("a") as file:
                file.write(f"\n\ndef added_{next(counter)}(value):\n    return value + 1\n")
        _git(root, "commit", "-qam", "change")
        words = ["git", "push", "-q", *options, "origin", "HEAD:main"]
        subprocess.run(words, cwd=root, env=env, check=True, capture_output=True)

    taken = in_turn({"with": push, "without": lambda: push("--no-verify")}, N_PUSHES)
    added = median(taken["with"]) - median(taken["without"])
    least = min(taken["with"]) - min(taken["without"])
    return Row(
        "the hook on an ordinary push (3 files): added to the push",
        f"{ms(added)} (least {ms(least)})",
        f"≤ {ms(MAX_HOOK_S)}",
        added <= MAX_HOOK_S,
    )
