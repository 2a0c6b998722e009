"""Asks git which files of a folder are not ignored, whether it is a repository or not."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from agentxd.kernel.errors import WorkspaceRefusedError

_MAX_DEPTH = 16
"""Folders down to a repository inside."""
_SAFE = ("-c", "core.fsmonitor=false", "-c", "safe.directory=*", "-c", "core.quotePath=false")
"""No program that the repository's configuration names is run; a foreign owner is no obstacle."""


def list_files(root: str) -> list[bytes]:
    """Relative paths of tracked and untracked files that are not ignored; may have vanished.

    A repository inside is one path, its folder. Raises WorkspaceRefusedError without git.
    """
    paths = _git(root, ["ls-files", "-z", "-co", "--exclude-standard"]).split(b"\0")
    return sorted({path.rstrip(b"/") for path in paths} - {b""})


def list_inner(root: str, folder: bytes) -> list[bytes]:
    """What `list_files` names in a submodule or a repository inside; nothing in other folders."""
    inner = f"{root}/{os.fsdecode(folder)}"
    if folder.count(b"/") > _MAX_DEPTH or not Path(inner, ".git").exists():
        return []
    return [folder + b"/" + name for name in list_files(inner)]


def list_ignored(root: str, paths: Sequence[str]) -> set[str]:
    """Those of the paths that git ignores."""
    if not paths:
        return set()
    names = "\0".join(paths).encode()
    answer = _git(root, ["check-ignore", "-z", "--stdin"], names, accepted=(0, 1))
    return {os.fsdecode(name) for name in answer.split(b"\0") if name}


def _git(
    root: str, arguments: list[str], text: bytes = b"", accepted: Sequence[int] = (0,)
) -> bytes:
    """Run git in the folder; one that is no repository gets an empty throw-away one."""
    try:
        return _run(root, arguments, text, accepted)
    except WorkspaceRefusedError:
        if _is_repository(root):
            raise
    import tempfile  # noqa: PLC0415  # slow, and for few

    with tempfile.TemporaryDirectory(prefix="agentxd-git-") as folder:
        _run(folder, ["init", "-q", "--bare", folder], b"", (0,))
        where = ["--git-dir", folder, "--work-tree", root]
        return _run(root, [*where, *arguments], text, accepted)


def _is_repository(root: str) -> bool:
    try:
        _run(root, ["rev-parse", "--is-inside-work-tree"], b"", (0,))
    except WorkspaceRefusedError:
        return False
    return True


def _run(root: str, arguments: list[str], text: bytes, accepted: Sequence[int]) -> bytes:
    environment = {name: v for name, v in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *_SAFE, *arguments],
            cwd=root,
            env=environment,
            input=text,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise WorkspaceRefusedError("git was not found", "Install git.") from error
    if done.returncode not in accepted:
        reason = done.stderr.decode(errors="replace").strip()
        raise WorkspaceRefusedError(f"git cannot list {root}: {reason}", "Run: git status")
    return done.stdout
