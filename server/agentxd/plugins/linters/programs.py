"""Where a linter's program is, and what of the environment it gets."""

import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_PASSED = (
    *("HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "USER"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA"),
    *("LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"),
)
"""No tokens, no proxies, nothing that a tool of a build system left there."""


class Programs:
    """Finds programs outside of the repository, and inside of it only when told to."""

    def __init__(self, root: str, environment: Mapping[str, str]) -> None:
        self._real = os.path.realpath(root)
        self._environment = environment
        entries = environment.get("PATH", os.defpath).split(os.pathsep)
        self._path = os.pathsep.join(entry for entry in entries if self._is_outside(entry))

    def outside(self, name: str) -> str | None:
        """A program that the repository did not bring along; our own ruff before all."""
        if name == "ruff" and (own := _own_ruff()) is not None:
            return own
        return self.installed(name)

    def installed(self, name: str) -> str | None:
        """A program on the PATH, outside of the repository."""
        found = shutil.which(name, path=self._path)
        return found if found is not None and self._is_outside(found) else None

    def inside(self, name: str, folders: Iterable[Path]) -> str | None:
        """The repository's own program in one of the folders."""
        return shutil.which(name, path=os.pathsep.join(str(folder) for folder in folders)) or None

    def environment(
        self, names: Sequence[str] = (), given: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The variables for a child: the usual ones, those named, and those given."""
        known = {
            name: self._environment[name]
            for name in (*_PASSED, *names)
            if name in self._environment
        }
        # PYTHONSAFEPATH: a linter in Python must not import what lies in the folder it starts in
        fixed = {"PATH": self._path, "NO_COLOR": "1", "PYTHONSAFEPATH": "1"}
        return {**known, **fixed, **(given or {})}

    def _is_outside(self, path: str) -> bool:
        real = os.path.realpath(path)
        is_inside = real == self._real or real.startswith(self._real.rstrip(os.sep) + os.sep)
        return os.path.isabs(path) and not is_inside  # noqa: PTH117  # beside realpath


def _own_ruff() -> str | None:
    """The program of our dependency: beside the interpreter, or among its scripts."""
    name = "ruff.exe" if os.name == "nt" else "ruff"
    import sysconfig  # noqa: PLC0415  # slow to load, and seldom needed

    folders = (str(Path(sys.executable).parent), sysconfig.get_path("scripts"))
    found = (Path(folder, name) for folder in folders)
    return next((str(path) for path in found if path.is_file()), None)
