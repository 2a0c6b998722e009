"""The working copy of a snapshot: an overlay mount where we may mount, a plain copy elsewhere.

The lower layer of the overlay is the user's own tree, which the kernel never writes through the
mount. What is not in the snapshot (ignored files, secrets, the user's .git) is hidden by
whiteouts. A file that the user saves while the mount exists may be seen inside; `difference`
notices it by its stat and never turns it into the agent's change.
"""

import asyncio
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Thread

from agentxd.kernel.errors import SandboxError
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE, MODE_LINK, FileChange, Snapshot
from agentxd.kernel.sandboxes import FileWrite, SandboxSpec
from agentxd.plugins.sandboxes.comparing import Comparison
from agentxd.plugins.sandboxes.lasting import made, to_the_end
from agentxd.plugins.sandboxes.looking import read_entry
from agentxd.plugins.sandboxes.mounts import mount, mounts_below, unmount

GIT = ".git"


class WorkTree:
    """One working copy on the host; commands see it at `path`."""

    def __init__(self, spec: SandboxSpec, folder: Path, *, is_overlay: bool) -> None:
        self._spec = spec
        self._folder = folder
        self._is_overlay = is_overlay
        self.path = folder / "tree"
        self._upper = folder / "layer" / "upper"
        self._comparison = Comparison(spec.snapshot, spec.dependencies)
        self._keeper = Thread(target=self._comparison.bases.keep_newest, daemon=True)
        """Takes a while and nobody waits for it; over when the copy is removed."""

    @property
    def kind(self) -> str:
        """How it was made: overlay or copy."""
        return "overlay" if self._is_overlay else "copy"

    @classmethod
    async def prepare(cls, spec: SandboxSpec, *, may_mount: bool | None = None) -> "WorkTree":
        """A fresh copy of the snapshot; nothing is left of one whose caller was cancelled.

        Raises SandboxError.
        """
        can = os.geteuid() == 0 if may_mount is None else may_mount
        return await made(lambda: cls._prepare(spec, can), cls.remove)

    @classmethod
    def _prepare(cls, spec: SandboxSpec, may_mount: bool) -> "WorkTree":  # noqa: FBT001
        folder = Path(spec.scratch) / spec.owner.replace("/", "-")
        try:
            _remove(folder)
            folder.mkdir(parents=True, mode=0o700)
            tree = cls(spec, folder, is_overlay=may_mount)
            tree.path.mkdir()
            if may_mount:
                try:
                    tree._mount()
                except (OSError, SandboxError):
                    _remove(folder)
                    return cls._prepare(spec, may_mount=False)
            else:
                tree._copy()
            tree._add_git()
            tree._keeper.start()
        except BaseException as error:
            _remove(folder)
            if not isinstance(error, OSError):
                raise
            raise SandboxError(
                f"the working copy could not be made: {error}",
                "Free some disk space, or look at the permissions of the state folder.",
            ) from error
        return tree

    async def write(self, files: Sequence[FileWrite]) -> None:
        """Put files into the copy; they count as the agent's changes."""
        await asyncio.to_thread(self._write, files)

    async def read(self, path: str) -> bytes | None:
        """One file of the copy as data; a link's content is its target."""
        return await asyncio.to_thread(self._read, path)

    async def difference(self) -> list[FileChange]:
        """How the copy differs from the snapshot."""
        return await asyncio.to_thread(self._difference)

    @property
    def left_out(self) -> Mapping[str, str]:
        """Path to the reason, for what the newest difference could not compare."""
        return self._comparison.left_out

    async def destroy(self) -> None:
        """Unmount and remove everything, also while the caller is being cancelled."""
        await to_the_end(self.remove)

    def remove(self) -> None:
        """Unmount and remove everything; blocks."""
        if self._keeper.ident is not None:
            self._keeper.join()
        _remove(self._folder)

    # --- making ------------------------------------------------------------------------------

    def _mount(self) -> None:
        layer = self._folder / "layer"
        layer.mkdir()
        limits = self._spec.limits
        mount("tmpfs", "tmpfs", layer, f"size={limits.disk_bytes},mode=0755")
        self._upper.mkdir()
        (layer / "work").mkdir()
        shutil.copystat(self._spec.snapshot.root, self._upper)
        self._hide()
        lower = _escaped(self._spec.snapshot.root)
        mount(
            "overlay",
            "overlay",
            self.path,
            f"lowerdir={lower},upperdir={self._upper},workdir={layer / 'work'},"
            "redirect_dir=off,metacopy=off,index=off",
        )
        self._write_overlay()

    def _hide(self) -> None:
        """Whiteouts for everything that is in the lower tree and not in the snapshot."""
        root = Path(self._spec.snapshot.root)
        shown = set(self._spec.snapshot.entries)
        folders = _folders_of([*shown, *(f"{name}/x" for name in self._spec.dependencies)])
        whole = set(self._spec.dependencies)
        for folder in sorted(folders):
            if folder in whole or any(folder.startswith(f"{name}/") for name in whole):
                continue
            for entry in _scan(root / folder):
                path = f"{folder}/{entry.name}" if folder else entry.name
                is_shown = path in shown or (
                    path in folders and entry.is_dir(follow_symlinks=False)
                )
                if not is_shown:
                    self._whiteout(path)

    def _whiteout(self, path: str) -> None:
        target = self._upper / path
        for parent in reversed(Path(path).parents[:-1]):
            upper = self._upper / parent
            if not upper.exists():
                upper.mkdir()
                shutil.copystat(Path(self._spec.snapshot.root) / parent, upper)
        os.mknod(target, stat.S_IFCHR, os.makedev(0, 0))

    def _copy(self) -> None:
        root = Path(self._spec.snapshot.root)
        for path, entry in self._spec.snapshot.entries.items():
            target = self.path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if path in self._spec.snapshot.overlay:
                continue
            if entry.mode == MODE_LINK:
                target.symlink_to((root / path).readlink())
            else:
                shutil.copy2(root / path, target, follow_symlinks=False)
        for name in self._spec.dependencies:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).mkdir(exist_ok=True)
        self._write_overlay()

    def _write_overlay(self) -> None:
        """Unsaved text is part of the base."""
        entries = self._spec.snapshot.entries
        self._write(
            [
                FileWrite(path, content, entries[path].mode if path in entries else MODE_FILE)
                for path, content in self._spec.snapshot.overlay.items()
            ]
        )

    def _add_git(self) -> None:
        """An empty repository of its own, so that tools see one; never the user's."""
        if not Path(self._spec.snapshot.root, GIT).exists():
            return
        subprocess.run(
            ["git", "init", "-q", "--template=", str(self.path)],
            check=False,
            capture_output=True,
            env={"PATH": os.environ.get("PATH", ""), "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/"},
        )

    def _read(self, path: str) -> bytes | None:
        """The agent sees what it saw first, also where the user has saved the file since."""
        bases = self._comparison.bases
        is_below = self._is_overlay and not os.path.lexists(self._upper / path)
        if is_below and bases.is_moved_on(path) and (base := bases.of(path)) is not None:
            self._write([FileWrite(path, base, self._spec.snapshot.entries[path].mode)])
        found = read_entry(self.path, path)
        if found is not None:
            bases.keep(path, found[0])
        return found[0] if found else None

    def _write(self, files: Sequence[FileWrite]) -> None:
        newest = {file.path: file for file in files}.values()
        for file in sorted(newest, key=lambda file: file.content is not None):  # deletions first
            target = _inside(self.path, file.path)
            try:
                _make_room(target, file)
                if file.content is not None:
                    _put(target, file.content, file.mode)
            except OSError as error:
                raise SandboxError(
                    f"{file.path} cannot be written in the working copy: {error.strerror}"
                ) from error

    # --- comparing ---------------------------------------------------------------------------

    def _difference(self) -> list[FileChange]:
        if self._is_overlay:
            candidates = list(_in_upper(self._upper, self._spec.snapshot))
        else:
            candidates = [*_in_copy(self.path), *self._spec.snapshot.entries]
        return self._comparison.changes(self.path, candidates)


def reap_worktrees(scratch: Path, prefix: str, live: frozenset[str]) -> list[str]:
    """Unmount and remove working copies that belong to no living owner."""
    names = {owner.replace("/", "-") for owner in live}
    reaped: list[str] = []
    for folder in scratch.glob(f"{prefix}-*") if scratch.is_dir() else ():
        if folder.name not in names:
            _remove(folder)
            reaped.append(folder.name)
    return reaped


def _inside(tree: Path, path: str) -> Path:
    """The place of a path in the copy. Raises SandboxError where a link or `..` leads out."""
    target = tree / path
    parent = target.parent.resolve()
    if not parent.is_relative_to(tree.resolve()) or ".." in Path(path).parts:
        raise SandboxError(f"{path} leads out of the working copy")
    return target


def _make_room(target: Path, file: FileWrite) -> None:
    """Take away what cannot be written over; a regular file keeps its owner, a full folder stays.

    To open a named pipe for writing would wait for a reader for ever.
    """
    try:
        mode = target.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if not stat.S_ISDIR(mode):
        if not stat.S_ISREG(mode) or file.content is None or file.mode == MODE_LINK:
            target.unlink()
    elif file.content is not None:
        target.rmdir()


def _put(target: Path, content: bytes, mode: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if mode == MODE_LINK:
        target.symlink_to(os.fsdecode(content))
        return
    target.write_bytes(content)
    target.chmod(0o755 if mode == MODE_EXECUTABLE else 0o644)


def _folders_of(paths: Sequence[str]) -> set[str]:
    folders = {""}
    for path in paths:
        parent = path.rpartition("/")[0]
        while parent not in folders:
            folders.add(parent)
            parent = parent.rpartition("/")[0]
    return folders


def _scan(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _in_upper(upper: Path, snapshot: Snapshot) -> Iterator[str]:
    """Paths that the upper layer speaks of; of an opaque folder also what it hides."""
    for folder, names, files in os.walk(upper):
        relative = os.path.relpath(folder, upper)
        here = "" if relative == "." else f"{relative}/"
        if not here and GIT in names:
            names.remove(GIT)
        for name in [*files, *(n for n in names if _replaces(Path(folder, n), here + n, snapshot))]:
            yield here + name
            if _is_whiteout(Path(folder, name)):
                yield from _below(snapshot, f"{here}{name}/")
        if here and _is_opaque(folder):
            yield from _below(snapshot, here)


def _replaces(folder: Path, path: str, snapshot: Snapshot) -> bool:
    """Whether a link to a folder, or a folder, stands where a file may have been."""
    return folder.is_symlink() or path in snapshot.entries


def _below(snapshot: Snapshot, prefix: str) -> Iterator[str]:
    return (path for path in snapshot.entries if path.startswith(prefix))


def _is_whiteout(path: Path) -> bool:
    found = path.lstat()
    return stat.S_ISCHR(found.st_mode) and found.st_rdev == 0


def _is_opaque(folder: str) -> bool:
    try:
        return os.getxattr(folder, "trusted.overlay.opaque") == b"y"
    except OSError:
        return False


def _in_copy(tree: Path) -> Iterator[str]:
    for folder, names, files in os.walk(tree):
        relative = os.path.relpath(folder, tree)
        here = "" if relative == "." else f"{relative}/"
        if not here and GIT in names:
            names.remove(GIT)
        links = [name for name in names if Path(folder, name).is_symlink()]
        for name in [*files, *links]:
            yield here + name


def _remove(folder: Path) -> None:
    for place in reversed(mounts_below(str(folder))):
        unmount(place)
    shutil.rmtree(folder, ignore_errors=True)


def _escaped(path: str) -> str:
    """Overlay options are split at commas and colons."""
    return path.replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:")
