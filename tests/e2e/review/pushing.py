"""A work tree with the hook and a remote on disk, for tests of real pushes."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from daemons import DaemonHouse
from repositories import ENVIRONMENT, Repository

PROGRAM = f"""#!/bin/sh
exec '{sys.executable}' -P -m agentxd_cli "$@"
"""
CLASH = "a = 1\n<<<<<<< HEAD\na = 2\n=======\na = 3\n>>>>>>> other\n"
"""What a review finds an error in."""


class Pushing:
    """A work tree with a remote on disk, and `agentxd` on a PATH of its own."""

    def __init__(self, folder: Path, name: str = "work") -> None:
        self.folder = folder
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.house = DaemonHouse(folder, name)
        self.environment = {
            **{n: v for n, v in self.house.env.items() if not n.startswith(("GIT_", "AGENTX_"))},
            **{n: v for n, v in ENVIRONMENT.items() if n.startswith("GIT_")},
            "PATH": os.pathsep.join([str(self.programs), *_path_without_agentxd()]),
        }
        self.house.env = self.environment
        self.repository = Repository(folder / name, environment=self.environment)
        self.remote = self.new_remote("remote.git")
        self.repository.git("remote", "add", "origin", str(self.remote))
        self.repository.commit({"a.py": "a = 1\n"}, "first")
        self.put_program(PROGRAM)

    def new_remote(self, name: str) -> Path:
        """A bare repository on disk."""
        place = self.folder / name
        subprocess.run(
            ["git", "init", "-q", "--bare", "-b", "main", str(place)],
            env=self.environment,
            check=True,
        )
        return place

    def put_program(self, text: str | None) -> None:
        """What `agentxd` is on PATH; None: it is gone."""
        program = self.programs / "agentxd"
        if text is None:
            program.unlink(missing_ok=True)
            return
        program.write_text(text)
        program.chmod(0o755)

    def hook(self, action: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """`agentxd hook …`."""
        return self.house.cli("hook", action, cwd=cwd)

    def install(self, cwd: Path | None = None) -> None:
        """It must succeed."""
        done = self.hook("install", cwd)
        assert done.returncode == 0, done.stdout + done.stderr

    def push(
        self, *words: str, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """`git push …`, as a user types it."""
        return subprocess.run(
            ["git", "push", *words],
            cwd=cwd or self.repository.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def has(self, ref: str, remote: Path | None = None) -> str:
        """The commit that the remote has there; empty for none."""
        done = subprocess.run(
            ["git", "rev-parse", "-q", "--verify", ref],
            cwd=remote or self.remote,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()


def _path_without_agentxd() -> list[str]:
    """So that no other one is found; git and sh are."""
    folders = os.environ["PATH"].split(os.pathsep)
    return [folder for folder in folders if not Path(folder, "agentxd").exists()]


def script(folder: Path, name: str, text: str) -> Path:
    """An executable one."""
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    return place
