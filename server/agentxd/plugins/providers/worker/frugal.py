"""Loads a vendor's SDK without what is never used: what its packages pass on comes on demand.

An SDK's `__init__.py` imports some thousand modules so that every name can be had from it. In the
worker such a line is kept for later: its module is loaded when somebody asks for the name. Of a
function that is seldom called, and whose module brings many others, there can be a promise.
"""

import ast
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any


@contextmanager
def on_demand(package: str, seldom: Mapping[str, Sequence[str]] | None = None) -> Iterator[None]:
    """Load this package frugally, now and later; where that fails, nothing of it stays loaded.

    `seldom` is module to functions: such a module is loaded when one of them is called, and an
    import of anything else from it fails.
    """
    finder = _Finder(package, seldom or {})
    sys.meta_path.insert(0, finder)
    try:
        yield
    except Exception:
        sys.meta_path.remove(finder)  # what is loaded next is loaded as its maker meant it
        for name in [name for name in sys.modules if finder.has(name)]:
            del sys.modules[name]
        raise


class _Finder(MetaPathFinder):
    """Finds modules as ever, and gives the packages another loader."""

    def __init__(self, package: str, seldom: Mapping[str, Sequence[str]]) -> None:
        self._package = package
        self._seldom = dict(seldom)

    def has(self, name: str) -> bool:
        """Whether the module is of the package."""
        return name.partition(".")[0] == self._package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of ours, None for every other."""
        if not self.has(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        is_package = spec is not None and spec.submodule_search_locations is not None
        if spec is not None and fullname in self._seldom:
            return ModuleSpec(fullname, _Promising(self._seldom[fullname], self.whole))
        if spec is not None and is_package and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path)
        return spec

    def whole(self, name: str) -> ModuleType:
        """The module itself in the place of its promises."""
        if self._seldom.pop(name, None) is not None:
            del sys.modules[name]
        return importlib.import_module(name)


class _Promising(Loader):
    """Makes a module of promises instead of functions."""

    def __init__(self, names: Sequence[str], whole: Callable[[str], ModuleType]) -> None:
        self._names = names
        self._whole = whole

    def exec_module(self, module: ModuleType) -> None:
        """Fill it; nothing is loaded."""
        for name in self._names:
            module.__dict__[name] = self._promise(module.__name__, name)

    def _promise(self, place: str, name: str) -> Callable[..., Any]:
        def call(*words: Any, **named: Any) -> Any:
            return getattr(self._whole(place), name)(*words, **named)

        return call


class _Loader(SourceFileLoader):
    """Runs an `__init__.py` without the lines that only pass names on."""

    def exec_module(self, module: ModuleType) -> None:
        """Run what is left; the rest is for `__getattr__`."""
        asked = _Asked(module, Path(self.path).parent)
        tree = ast.parse(self.get_data(self.path), self.path)
        tree.body = asked.left_of(tree.body)
        module.__dict__["__getattr__"] = asked
        code = compile(tree, self.path, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  # as the import system does
        asked.otherwise = module.__dict__["__getattr__"]  # the package may have one of its own
        module.__dict__["__getattr__"] = asked


class _Asked:
    """The `__getattr__` of one package."""

    def __init__(self, module: ModuleType, folder: Path) -> None:
        self._module = module
        self._own = {path.stem for path in folder.iterdir()}
        self._names: dict[str, tuple[str, str]] = {}
        """Name to the module that has it, and its name there."""
        self._stars: list[str] = []
        self._aliases: dict[str, ast.expr] = {}
        """Name to what it stands for, made of names that come on demand."""
        self._bases: set[str] = set()
        """Names that classes of the file itself are made from."""
        self.otherwise: Callable[[str], Any] = self
        """Whom to ask for a name that is none of these."""

    def left_of(self, lines: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The lines that must run now; takes note of the others."""
        classes = [line for line in lines if isinstance(line, ast.ClassDef)]
        self._bases = {name for one in classes for base in one.bases for name in _names_in(base)}
        return [line for line in lines if not self._is_kept_back(line)]

    def __call__(self, name: str) -> Any:
        """What was asked for. Raises AttributeError."""
        if name in self._names:
            place, there = self._names[name]
            value = getattr(importlib.import_module(place), there)
        elif name in self._aliases:
            value = self._made(self._aliases[name])
        else:
            value = self._starred(name)
        self._module.__dict__[name] = value
        return value

    def _is_kept_back(self, line: ast.stmt) -> bool:
        if isinstance(line, ast.ImportFrom) and line.level == 1 and line.module:
            return self._is_passed_on(line, f"{self._module.__name__}.{line.module}")
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value:
            is_alias = not self._names.keys().isdisjoint(_names_in(line.value))
            if is_alias:
                self._aliases[line.target.id] = line.value
            return is_alias
        # a loop over all exported names would load them all; it only renames their modules
        return isinstance(line, ast.For)

    def _is_passed_on(self, line: ast.ImportFrom, place: str) -> bool:
        names = {alias.asname or alias.name: alias.name for alias in line.names}
        if "*" in names:
            self._stars.append(place)
            return True
        if any(name in self._own | self._bases or name.startswith("_") for name in names):
            return False  # asked for by name it would be the module; or used right here
        self._names |= {name: (place, there) for name, there in names.items()}
        return True

    def _made(self, value: ast.expr) -> Any:
        for name in _names_in(value) & self._names.keys():
            self._module.__dict__.setdefault(name, self(name))
        code = compile(ast.Expression(value), "<alias>", "eval", dont_inherit=True)
        return eval(code, self._module.__dict__)  # noqa: S307  # a line of the package itself

    def _starred(self, name: str) -> Any:
        if name in self._own and not name.startswith("__"):
            return importlib.import_module(f"{self._module.__name__}.{name}")
        if not name.startswith("__"):
            for place in self._stars:
                module = importlib.import_module(place)
                if name in getattr(module, "__all__", ()) or hasattr(module, name):
                    return getattr(module, name)
        if self.otherwise is not self:
            return self.otherwise(name)
        raise AttributeError(f"module {self._module.__name__!r} has no attribute {name!r}")


def _names_in(value: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
