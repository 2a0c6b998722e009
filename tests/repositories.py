"""A real git repository for a test, untouched by the settings of whoever runs it."""

import os
import subprocess
from pathlib import Path

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@example.invalid",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@example.invalid",
    "GIT_TERMINAL_PROMPT": "0",
}


class Repository:
    """A work tree with a branch `main`."""

    def __init__(self, root: Path, *words: str, environment: dict[str, str] | None = None) -> None:
        self.root = root
        self.environment = ENVIRONMENT | (environment or {})
        root.mkdir(parents=True, exist_ok=True)
        if not (root / ".git").exists():
            self.git("init", "-q", "-b", "main", *words)

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        """Git, whatever comes of it."""
        return subprocess.run(
            ["git", *words],
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            check=False,
            timeout=120,
        )

    def git(self, *words: str, **environment: str) -> str:
        """What it prints; it must succeed."""
        done = self.run(*words, **environment)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return os.fsdecode(done.stdout).strip()

    def write(self, path: str | bytes, content: bytes | str | None, mode: int = 0o644) -> None:
        """A file; None takes it away."""
        place = self.root / os.fsdecode(path)
        if content is None:
            place.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        place.chmod(mode)

    def commit(self, files: dict[str, bytes | str | None], message: str = "x") -> str:
        """Its id, with these files changed."""
        for path, content in files.items():
            self.write(path, content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")
