"""Where git looks for the pre-push hook of a repository, and what lies there."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from agentxd_client.connection import ClientError

_MARK = "# agentx-hook "
_NAME = "pre-push"
_EARLIER = ".before-agentx"
_SCRIPT = "pre_push.sh"


@dataclass(frozen=True)
class HookPlace:
    """The files that the hook is about."""

    hook: Path
    earlier: Path
    """What was there before, and is still run."""
    configured: str
    """What core.hooksPath says; empty where it is not set."""

    def state(self) -> str:
        """installed, outdated (also: not executable), changed (by hand), foreign or absent."""
        try:
            raw = self.hook.read_bytes()
        except FileNotFoundError:
            return "foreign" if self.hook.is_symlink() else "absent"
        except OSError:
            return "foreign"
        if raw != script():
            return _state_of(raw)
        return "installed" if os.access(self.hook, os.X_OK) else "outdated"


def find_place(root: str) -> HookPlace:
    """Of the repository that the folder is in. Raises ClientError where there is none."""
    top = _git(root, "rev-parse", "--show-toplevel") or _git(
        root, "rev-parse", "--absolute-git-dir"
    )
    folder = _git(top, "rev-parse", "--git-path", "hooks") if top else ""
    if not folder:
        raise ClientError("workspace_refused", f"{root} is no git repository", "See: git status")
    hook = Path(top, folder, _NAME)
    configured = _git(top, "config", "--get", "core.hooksPath")
    return HookPlace(hook, hook.with_name(_NAME + _EARLIER), configured)


def script() -> bytes:
    """The hook as this installation writes it; the digest tells whether somebody changed it."""
    program = Path(__file__).with_name("__main__.py").resolve()
    head = f"python={_quoted(Path(sys.executable))}\nprogram={_quoted(program)}\n"
    body = head + Path(__file__).with_name(_SCRIPT).read_text("utf-8")
    raw = os.fsencode(body.replace("\r\n", "\n"))
    return f"#!/bin/sh\n{_MARK}{hashlib.sha256(raw).hexdigest()}\n".encode() + raw


def _state_of(raw: bytes) -> str:
    """Of a file that is not what would be written now."""
    head, _, body = raw.partition(b"\n")
    mark, _, body = body.partition(b"\n")
    if head != b"#!/bin/sh" or not mark.startswith(_MARK.encode()):
        return "foreign"
    digest = mark[len(_MARK) :].decode("ascii", "replace")
    return "outdated" if hashlib.sha256(body).hexdigest() == digest else "changed"


def _quoted(path: Path) -> str:
    """For sh, which knows forward slashes alone also on Windows."""
    return "'" + path.as_posix().replace("'", "'\\''") + "'"


def _git(folder: str, *words: str) -> str:
    """What it prints; empty where it refuses. Raises ClientError without git."""
    environment = {name: v for name, v in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, env=environment, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        missing = "git was not found" if Path(folder).is_dir() else f"there is no folder {folder}"
        raise ClientError("workspace_refused", missing, "See: git --version") from error
    return os.fsdecode(done.stdout).removesuffix("\n") if done.returncode == 0 else ""
