"""What a change does to the public definitions of a file: gone, or called otherwise."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.index import Symbol, SymbolKind
from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.api_names import CALLABLE, HEADS, LANGUAGES, Api, Key
from agentxd.plugins.rules.blocks import indent_of
from agentxd.plugins.rules.departures import lines_at, new_ranges, old_ranges
from agentxd.plugins.rules.paths import is_document, is_example, is_foreign, is_test
from agentxd.plugins.rules.signatures import Kind, Parameter, read_parameters

_HARMLESS = Lazy(
    r"@(?:static|class|abstract)method\b|@(?:abc|typing|t)\.\w+|@(?:contextlib\.)?\w*contextmanager\b"
    r"|@(?:functools\.)?(?:wraps|cache|lru_cache|cached)\b|@override\b|@final\b|@Override\b"
)
_EXPORTING = frozenset({"javascript", "typescript", "tsx"})
_WILDCARDS = {
    "python": Lazy(r"^from\s+\S+\s+import\s+\*|^def __getattr__\b", re.MULTILINE),
    "rust": Lazy(r"^\s*pub\s.*\buse\s.*\*", re.MULTILINE),
    **dict.fromkeys(
        _EXPORTING,
        Lazy(r"\bexport\s*\*|\bmodule\.exports\s*=\s*require"),
    ),
}
"""How a file may hand on what it does not name."""
_MOVED_MODULES = frozenset({"python", *_EXPORTING})
_ALIKE = 0.6
_SHORTEST = 3
_LONGEST_HEAD = 20
"""Lines of one head."""


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
    is_hidden: bool = False
    """Whether it is there still, for the file alone."""


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
    if not is_moved and not _touches_head(file, HEADS[language]):
        return None
    new = Api(file.path, file.new, ground.syntax) if file.new is not None else None
    return FileChange(file, Api(path, file.old, ground.syntax), new)


def _touches_head(file: ChangedFile, head: Lazy[str]) -> bool:
    """Whether lines went that a definition begins with, or that stand in its brackets."""
    lines = (file.old or b"").decode("utf-8", "replace").split("\n")
    kept = {line.strip() for line in lines_at(file.new, new_ranges(file))}
    for start, end in old_ranges(file):
        for number in range(start, min(end, len(lines))):
            if lines[number].strip() not in kept and _is_head(lines, number, head):
                return True
    return False


def _is_head(lines: Sequence[str], number: int, head: Lazy[str]) -> bool:
    line = lines[number][:400]
    if not line.strip():
        return False
    if head.search(line):
        return True
    depth = indent_of(line)
    for above in range(number - 1, max(number - _LONGEST_HEAD, -1), -1):
        text = lines[above][:400]
        if text.strip() and indent_of(text) < depth:
            return text.count("(") > text.count(")") and head.search(text) is not None
    return False


def gone(change: FileChange) -> Iterator[Gone]:
    """Public definitions that are missing, outer ones only, and those of a file that moved away."""
    old, new = change.old, change.new
    stays = new if new is not None and new.path == old.path else None
    missing: set[Key] = set()
    for key, symbols in old.public.items():
        container, name = key
        outer, _, holder = container.rpartition(".")
        if len(name) < _SHORTEST or symbols[0].kind is SymbolKind.CONSTRUCTOR:
            continue
        if (outer, holder) in missing or _went_with(key, old, stays):
            missing.add(key)
        elif stays is None:
            missing.add(key)
            yield Gone(symbols[0])
        elif _is_missing(key, stays):
            missing.add(key)
            is_hidden = key in stays.all
            yield Gone(
                symbols[0], "" if is_hidden else _successor(symbols[0], old, stays), is_hidden
            )


def _went_with(key: Key, old: Api, stays: Api | None) -> bool:
    """Whether what it stood in is gone from the file, and tells it all."""
    outer, _, holder = key[0].rpartition(".")
    if not holder or (outer, holder) not in old.all:
        return False
    return stays is None or (outer, holder) not in stays.all


def _is_missing(key: Key, new: Api) -> bool:
    """Whether the file offers it no more; under whatever name."""
    if key in new.all:
        return new.language in _EXPORTING and not key[0] and key not in new.public
    return not _is_bound(key[1], key[0], new)


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
    word = re.escape(name)
    if container:
        return re.search(rf"\b{word}\s*(?::(?!:)[^=\n]+)?=(?!=)", new.code) is not None
    wildcard = _WILDCARDS.get(new.language)
    if wildcard is not None and wildcard.search(new.code):
        return True
    if name in new.names and not re.search(rf"\b{word}\s+as\s+(?!{word}\b)", new.code):
        return True
    bound = rf"\b{word}\s*(?::(?!:)[^=()\n]+)?=(?!=)|\bas\s+{word}\b|\bmacro_rules!"
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
        from difflib import SequenceMatcher  # noqa: PLC0415  # slow to load, and seldom needed

        ratio = SequenceMatcher(None, symbol.name.lower(), other.name.lower()).ratio()
        is_same_shape = shape is not None and len(others) == 1 and _parameters(new, other) == shape
        if ratio >= _ALIKE or is_same_shape:
            return other.name
    return ""


def _places(parameters: Sequence[Parameter]) -> list[str]:
    return [one.name for one in parameters if one.kind in (Kind.ANY, Kind.PLACE)]
