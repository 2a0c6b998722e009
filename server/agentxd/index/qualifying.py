"""What a name means that stands behind an imported one: what the import leads to, or nothing."""

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from agentxd.index.families import family_of
from agentxd.index.resolving import Defined, Place
from agentxd.kernel.index import Import

D = TypeVar("D", bound=Defined)
Meant = tuple[Import, tuple[str, ...]]
"""An import and the files that it may mean."""

_BETWEEN = re.compile(r"\.|->|::|\\")
_BINDING = frozenset({"python", "web", "go", "rust", "jvm", "php", "lua"})
"""Families in which an import gives a name that things stand behind."""
_PARTS = re.compile(r"::|[./\\]")
_GO_VERSION = re.compile(r"/v\d+$|\.v\d+$")
_PACKAGES = frozenset({"__init__", "index", "mod", "lib"})
"""Files that speak for all of their folder."""


def behind_import(
    candidates: Sequence[D], behind: str, place: Place, imports: Iterable[Meant], line: int
) -> list[D]:
    """Those of the definitions that a name behind `behind` can mean, on a line of the place.

    All of them where no import is called so; none where it leads out of the workspace.
    """
    family, parts = family_of(place.language), _BETWEEN.split(behind)
    if family not in _BINDING:
        return list(candidates)
    called = [one for one in imports if _is_called(one[0], parts, family)]
    if not called:
        return list(candidates)
    own = [one for one in candidates if (one.path, one.symbol.line) == (place.path, line)]
    homes = {file for _, files in called for file in files}
    if not homes:
        return own
    if len(parts) > 1 and not _is_whole(called, parts):
        return list(candidates)  # a member of a member: of which type is not known
    inside = [one for one in candidates if one.path in homes]
    inside = inside or [one for one in candidates if _is_around(one.path, homes)]
    if inside or any(_is_module(one, files, parts[-1]) for one, files in called):
        return inside or own
    return list(candidates)


def _is_called(imported: Import, parts: Sequence[str], family: str) -> bool:
    """Whether the first name, or all of them, is what the import is called in its file."""
    module = _module(imported.module, family)
    if imported.names and family != "go":
        return parts[0] in imported.names
    return parts[0] in (module[-1], module[0]) if family == "python" else parts[0] == module[-1]


def _is_whole(called: Iterable[Meant], parts: Sequence[str]) -> bool:
    return any(_PARTS.split(one.module) == parts for one, _ in called)


def _module(module: str, family: str) -> list[str]:
    """The parts of a module's path; the last one is what it is called where nothing else is."""
    if family == "go":
        module = _GO_VERSION.sub("", module)
        return [*module.split("/")[:-1], module.rpartition("/")[2].removeprefix("go-")]
    if family == "web":
        return [part.partition(".")[0] for part in module.split("/")]
    return _PARTS.split(module)


def _is_module(imported: Import, files: Iterable[str], name: str) -> bool:
    """Whether the name means a file or folder as a whole, not something out of one."""
    if not imported.names or _PARTS.split(imported.module)[-1] == name:
        return True
    return any(name in (_stem(file), _folder(file).rpartition("/")[2]) for file in files)


def _is_around(path: str, homes: Iterable[str]) -> bool:
    """Whether a file is of the same package as one of these."""
    return any(
        _folder(path) == _folder(home)
        or (_stem(home) in _PACKAGES and path.startswith(f"{_folder(home)}/".lstrip("/")))
        or path.startswith(f"{home.rpartition('.')[0]}/")
        for home in homes
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
