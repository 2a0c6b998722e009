"""Whether an import in one file means another file of the tree."""

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from posixpath import dirname, join, normpath

from agentxd.kernel.index import Import, Parsed
from agentxd.kernel.patterns import Lazy

_SCRIPT_ENDING = Lazy(r"\.(?:d\.)?(?:[cm]?[jt]sx?|vue|json)$")
_Means = Callable[[str, str, str, AbstractSet[str]], bool]


def imports_of(
    language: str, parsed: Parsed, user: str, target: str, paths: AbstractSet[str]
) -> Iterator[Import]:
    """Those in the file `user` that take something from the file `target`."""
    means = _LANGUAGES.get(language)
    if means is not None:
        for one in parsed.imports:
            if means(one.module, user, target, paths) or (
                language == "rust" and _rust_tree(one, user, target)
            ):
                yield one


def module_of(path: str) -> str:
    """A path without its ending; of the file that speaks for a folder, the folder."""
    stem = re.sub(r"(?:\.d)?\.\w+$", "", path)
    folder, _, name = stem.rpartition("/")
    return folder if name in ("__init__", "index", "mod", "lib") and folder else stem


def _python(module: str, user: str, target: str, paths: AbstractSet[str]) -> bool:
    wanted = module_of(target)
    if module.startswith("."):
        dots = len(module) - len(module.lstrip("."))
        base = dirname(user)
        for _ in range(dots - 1):
            base = dirname(base)
        rest = module[dots:].replace(".", "/")
        return normpath(join(base, rest)) == wanted if rest else normpath(base or ".") == wanted
    written = module.replace(".", "/")
    if written == wanted:
        return True
    root = wanted.removesuffix("/" + written)
    if root == wanted:
        return False
    return f"{root}/__init__.py" not in paths and ("/" in written or root in ("src", dirname(user)))


def _script(module: str, user: str, target: str, paths: AbstractSet[str]) -> bool:
    del paths
    if not module.startswith("."):
        return False
    written = normpath(join(dirname(user), module))
    return _SCRIPT_ENDING.sub("", written) == _SCRIPT_ENDING.sub("", target) or (
        module_of(target) != _SCRIPT_ENDING.sub("", target) and written == module_of(target)
    )


def _go(module: str, user: str, target: str, paths: AbstractSet[str]) -> bool:
    del user, paths
    folder = dirname(target)
    return bool(folder) and (module == folder or module.endswith("/" + folder))


def _rust(module: str, user: str, target: str, paths: AbstractSet[str]) -> bool:
    del paths
    parts = [part.strip() for part in module.split("::")]
    wanted = module_of(target)
    if parts[-1] in ("crate", "super", "self"):
        return False
    name = wanted.rpartition("/")[2]
    is_near = parts[0] in ("crate", "super", "self") and crate_of(user) == crate_of(target)
    return is_near and parts[-1] == name


def _rust_tree(one: Import, user: str, target: str) -> bool:
    """`use crate::{tools::{repair, mend}}`, whose parts are told together."""
    name = module_of(target).rpartition("/")[2]
    return name in one.names and crate_of(user) == crate_of(target)


def crate_of(path: str) -> str:
    """The folder of a crate: what stands before `src`, or around a file without one."""
    before, source, _ = f"/{path}".partition("/src/")
    return before if source else dirname(f"/{path}")


def _java(module: str, user: str, target: str, paths: AbstractSet[str]) -> bool:
    del user, paths
    written = module.replace(".", "/")
    stem = target.removesuffix(".java")
    return stem.endswith(("/" + written, "/" + dirname(written)))


def _php(module: str, user: str, target: str, paths: AbstractSet[str]) -> bool:
    del user, paths
    return target.removesuffix(".php").endswith("/" + module.replace("\\", "/").rpartition("/")[2])


_LANGUAGES: dict[str, _Means] = {
    "python": _python,
    **dict.fromkeys(("javascript", "typescript", "tsx"), _script),
    "go": _go,
    "rust": _rust,
    "java": _java,
    "php": _php,
}
