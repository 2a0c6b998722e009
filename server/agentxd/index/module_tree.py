"""The files of one language family as the modules that imports can name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct


class Layout(Struct, frozen=True):
    """How a family turns files into modules."""

    extensions: tuple[str, ...]
    """With their dots, longer ones first."""
    index: tuple[str, ...] = ()
    """Stems of files that stand for the folder they are in."""
    inner: tuple[str, ...] = ()
    """Folders whose index file stands for the folder around as well."""


class ModuleTree:
    """Module paths (a file without its extension, a folder for its index file) and their files."""

    def __init__(self, layout: Layout, paths: Iterable[str]) -> None:
        self._layout = layout
        self._files: dict[str, list[str]] = defaultdict(list)
        self._folders: dict[str, list[str]] = defaultdict(list)
        self._by_leaf: dict[str, list[str]] = defaultdict(list)
        self._folders_by_leaf: dict[str, list[str]] = defaultdict(list)
        for path in sorted(paths):
            self._add(path)
        for module in self._files:
            self._by_leaf[leaf(module)].append(module)
        for folder in self._folders:
            self._folders_by_leaf[leaf(folder)].append(folder)

    def module_of(self, path: str) -> str:
        """The module a file is."""
        bare = self.bare(path)
        folder, _, stem = bare.rpartition("/")
        return folder if stem in self._layout.index else bare

    def bare(self, path: str) -> str:
        """The path without an extension of the family."""
        for extension in self._layout.extensions:
            if path.endswith(extension):
                return path[: -len(extension)]
        return path

    def files(self, module: str) -> list[str]:
        """The files that are exactly this module."""
        return self._files.get(module, [])

    def folder(self, folder: str) -> list[str]:
        """The files directly in a folder."""
        return self._folders.get(folder, [])

    def is_package(self, folder: str) -> bool:
        """Whether a folder is a module itself."""
        return folder in self._files

    def ending(self, parts: list[str]) -> list[str]:
        """The modules whose paths end with these parts, shortest first."""
        return _ending(self._by_leaf, parts)

    def folders_ending(self, parts: list[str]) -> list[str]:
        """The folders with files whose paths end with these parts, shortest first."""
        return _ending(self._folders_by_leaf, parts)

    def _add(self, path: str) -> None:
        module = self.module_of(path)
        folder = path.rpartition("/")[0]
        self._files[module].append(path)
        self._folders[folder].append(path)
        if module == folder and leaf(folder) in self._layout.inner:
            self._files[folder.rpartition("/")[0]].append(path)


def _ending(by_leaf: Mapping[str, list[str]], parts: list[str]) -> list[str]:
    if not any(parts):
        return []
    whole = "/".join(parts)
    tail = "/" + whole
    found = [path for path in by_leaf.get(parts[-1], ()) if path == whole or path.endswith(tail)]
    return sorted(found, key=lambda path: (path.count("/"), path))


def leaf(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]
