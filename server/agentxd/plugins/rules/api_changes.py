"""What a change does to the public definitions of a file: gone, or called otherwise."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from agentxd.kernel.index import Symbol, SymbolKind
from agentxd.kernel.review import ChangedFile
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.api_names import CALLABLE, HEADS, LANGUAGES, Api, Key
from agentxd.plugins.rules.departures import lines_at, old_ranges
from agentxd.plugins.rules.paths import is_document, is_example, is_foreign, is_test
from agentxd.plugins.rules.signatures import Kind, Parameter, read_parameters

_HARMLESS = re.compile(
    r"@(?:static|class|abstract)method\b|@(?:abc|typing|t)\.\w+|@(?:contextlib\.)?\w*contextmanager\b"
    r"|@(?:functools\.)?(?:wraps|cache|lru_cache|cached)\b|@override\b|@final\b|@Override\b"
)
_MOVED_MODULES = frozenset({"python", "javascript", "typescript", "tsx"})
_ALIKE = 0.6
_SHORTEST = 3


class FileChange(Struct, frozen=True):
    """A file of code before and after."""

    file: ChangedFile
    old: Api
    new: Api | None
    """None where it is gone."""

    @property
    def target(self) -> str:
        """Where others import it from."""
        return self.old.path


class Gone(Struct, frozen=True):
    """A public definition that is not where it was."""

    symbol: Symbol
    successor: str = ""
    """What it is called now, as far as one can guess."""


class Reshaped(Struct, frozen=True):
    """A function with other parameters."""

    old: Symbol
    new: Symbol
    before: tuple[Parameter, ...]
    after: tuple[Parameter, ...]

    @property
    def is_reordered(self) -> bool:
        """Whether the same names stand in another order."""
        left, right = _places(self.before), _places(self.after)
        common = [name for name in left if name in right]
        return len(common) > 1 and common != [name for name in right if name in left]


def read_change(file: ChangedFile, ground: Ground) -> FileChange | None:
    """None where no definition can have gone, or the file offers nothing to others."""
    path = file.old_path or file.path
    if not file.old or not file.is_whole or file.is_binary or file.is_generated:
        return None
    if path.endswith(".pyi") or any(is_it(path) for is_it in (is_test, is_example, is_document)):
        return None
    language = ground.syntax.language(path, file.old[:200])
    if language not in LANGUAGES or is_foreign(path):
        return None
    is_moved = file.new is None or (path != file.path and language in _MOVED_MODULES)
    head = HEADS[language]
    went = lines_at(file.old, old_ranges(file))
    if not is_moved and not any(head.search(line[:400]) for line in went):
        return None
    new = Api(file.path, file.new, ground.syntax) if file.new is not None else None
    return FileChange(file, Api(path, file.old, ground.syntax), new)


def gone(change: FileChange) -> Iterator[Gone]:
    """Public definitions that are missing, outer ones only, and those of a file that moved away."""
    old, new = change.old, change.new
    missing: set[Key] = set()
    is_elsewhere = new is None or new.path != old.path
    for key, symbols in old.public.items():
        container, name = key
        if len(name) < _SHORTEST or symbols[0].kind is SymbolKind.CONSTRUCTOR:
            continue
        if (
            not is_elsewhere
            and new is not None
            and (key in new.all or _is_bound(name, container, new))
        ):
            continue
        outer, _, holder = container.rpartition(".")
        if (outer, holder) in missing or (is_elsewhere and container and old.holder(symbols[0])):
            missing.add(key)
            continue
        missing.add(key)
        yield Gone(
            symbols[0], "" if new is None or is_elsewhere else _successor(symbols[0], old, new)
        )


def reshaped(change: FileChange) -> Iterator[Reshaped]:
    """Functions that stay, take other arguments, and are there once."""
    old, new = change.old, change.new
    if new is None:
        return
    for key, symbols in old.public.items():
        after = new.all.get(key, ())
        if len(symbols) != 1 or len(after) != 1 or symbols[0].kind not in CALLABLE:
            continue
        if symbols[0].signature == after[0].signature and len(after[0].signature) < 200:  # noqa: PLR2004
            continue
        if _is_decorated(old, symbols[0]) or _is_decorated(new, after[0]):
            continue
        before, now = _parameters(old, symbols[0]), _parameters(new, after[0])
        if before is not None and now is not None and before != now:
            yield Reshaped(symbols[0], after[0], before, now)


def _parameters(api: Api, symbol: Symbol) -> tuple[Parameter, ...] | None:
    end = api.offset(symbol.line, symbol.column + len(symbol.name))
    found = read_parameters(api.language, api.code, end)
    if found is None and api.language in ("javascript", "typescript", "tsx"):
        match = re.compile(r"\s*(?::[^=]+)?=\s*(?:async\s*)?(?:function\s*\w*\s*)?(?=[(<])").match(
            api.code, end
        )
        found = read_parameters(api.language, api.code, match.end()) if match else None
    return found


def _is_decorated(api: Api, symbol: Symbol) -> bool:
    """By something that may give it other parameters."""
    above = (line.strip() for line in api.lines[symbol.start_line : symbol.line])
    return any(line.startswith("@") and not _HARMLESS.match(line) for line in above)


def _is_bound(name: str, container: str, new: Api) -> bool:
    """Whether a file still gives the name a meaning: by an import, a list, or on demand."""
    if container:
        return re.search(rf"\b{re.escape(name)}\s*(?::[^=]+)?=(?!=)", new.code) is not None
    if name in new.names or re.search(
        r"\bimport\s*\*|\bexport\s*\*|\b__getattr__\b|\buse\s.*\*", new.code
    ):
        return True
    bound = rf"\b{re.escape(name)}\s*(?::[^=()]+)?=(?!=)|\bas\s+{re.escape(name)}\b|\bmacro_rules!"
    return re.search(bound, new.code) is not None


def _successor(symbol: Symbol, old: Api, new: Api) -> str:
    """A definition of its kind in its place that was not there before."""
    others = [
        one[0]
        for key, one in new.all.items()
        if key[0] == symbol.container and key not in old.all and one[0].kind is symbol.kind
    ]
    shape = _parameters(old, symbol)
    for other in others:
        ratio = SequenceMatcher(None, symbol.name.lower(), other.name.lower()).ratio()
        is_same_shape = shape is not None and len(others) == 1 and _parameters(new, other) == shape
        if ratio >= _ALIKE or is_same_shape:
            return other.name
    return ""


def _places(parameters: Sequence[Parameter]) -> list[str]:
    return [one.name for one in parameters if one.kind in (Kind.ANY, Kind.PLACE)]
