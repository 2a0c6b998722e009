"""The review as a hook of the pre-commit framework, which tells in variables what is reviewed.

`python -P -m agentxd_cli.pre_commit [words of agentxd review]`, see `.pre-commit-hooks.yaml`.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NOTHING = "0" * 40
_PUSH_SECONDS = "60"
"""The framework says nothing of a time, and what was not looked at stops a push here."""


def main() -> int:
    """The exit code of the review."""
    words, refs = reviewed(os.environ, sys.argv[1:])
    command = [sys.executable, "-P", "-m", "agentxd_cli", "review", *words]
    return subprocess.run(command, input=refs.encode(), check=False).returncode


def reviewed(variables: Mapping[str, str], given: Sequence[str]) -> tuple[list[str], str]:
    """The words of the review, and what stands on its standard input.

    A push is told as git tells it to its own hook; `--from-ref A --to-ref B` is what B has since
    it left A; everything else is what is staged.
    """
    old = variables.get("PRE_COMMIT_FROM_REF", "")
    new = variables.get("PRE_COMMIT_TO_REF", "")
    branch = variables.get("PRE_COMMIT_LOCAL_BRANCH", "")
    if branch and (head := new if _ID.fullmatch(new) else _commit(branch)):
        there = old if _ID.fullmatch(old) else _NOTHING
        remote = variables.get("PRE_COMMIT_REMOTE_NAME", "")
        words = ["--pre-push", "--remote", remote, "--time-budget", _PUSH_SECONDS, *given]
        name = variables.get("PRE_COMMIT_REMOTE_BRANCH") or branch
        return words, f"{branch} {head} {name} {there}\n"
    if old and new:
        return [*given, f"{old}...{new}"], ""
    return ["--staged", *given], ""


def _commit(branch: str) -> str:
    """The commit of a branch; empty for none."""
    command = [
        "git",
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{branch}^{{commit}}",
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main())
