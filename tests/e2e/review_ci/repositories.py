"""A repository with a remote on the disk, as a CI system checks it out."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

AGENTXD = Path(sys.executable).with_name("agentxd")
CLEAN = "def one() -> int:\n    return 1\n"
CONFLICT = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n"


class Repository:
    """A work tree with its remote `origin`."""

    def __init__(self, folder: Path) -> None:
        self.remote = folder / "origin.git"
        self.path = folder / "work"
        self.home = folder / "home"
        for place in (self.remote, self.path, self.home):
            place.mkdir()
        self.git("init", "-q", "--bare", "-b", "main", cwd=self.remote)
        self.git("init", "-q", "-b", "main")
        self.git("remote", "add", "origin", str(self.remote))
        self.commit({"good.py": CLEAN})
        self.git("push", "-q", "origin", "main")

    def environment(self, **more: str) -> dict[str, str]:
        """Of every process here: nobody's configuration, no variables of the test run."""
        names = ("PATH", "LANG", "TMPDIR")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        person = {"GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "n@example.org"}
        person |= {"GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "n@example.org"}
        return {**kept, **person, "HOME": str(self.home), "GIT_CONFIG_NOSYSTEM": "1", **more}

    def git(self, *words: str, cwd: Path | None = None) -> str:
        """What git prints."""
        done = subprocess.run(
            ["git", *words],
            cwd=cwd or self.path,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str], message: str = "change") -> str:
        """Its id."""
        for name, text in files.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, files: Mapping[str, str]) -> str:
        """A pushed branch from main with one commit; its id."""
        self.git("checkout", "-q", "-b", name, "main")
        head = self.commit(files)
        self.git("push", "-q", "origin", name)
        return head

    def cloned(self, folder: Path, head: str, *words: str) -> Path:
        """A fresh clone at a commit that is not on a branch, as runners make them."""
        self.git("clone", "-q", "--no-local", *words, self.remote.as_uri(), str(folder))
        self.git(
            "fetch", "-q", *(word for word in words if "depth" in word), "origin", head, cwd=folder
        )
        self.git("checkout", "-q", "--detach", head, cwd=folder)
        return folder


def run_script(
    script: str, cwd: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run it as GitHub runs a step, and as GitLab's runner does nearly."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
        cwd=cwd,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
