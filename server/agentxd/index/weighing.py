"""What names, kinds and paths weigh in the graph, by tables."""

import re
from collections.abc import Mapping

from agentxd.kernel.index import SymbolKind

_PARTS = re.compile(r"[a-z0-9][A-Z]|[A-Za-z0-9]_+[A-Za-z0-9]")
"""Where a name has a second part."""
_SHORT = 3
_LENGTHS = (0.02, 0.02, 0.05, 0.3)
"""Of names of one letter, two, three."""
_MANY_PARTS = 2.0
_PRIVATE = 0.1
_MENTIONED = 10.0
_COMMON_WORDS = """
main init new get set add run start stop open close read write next value values name names key keys
item items data type types size len length count index list map path file error errors string text
test tests setup update delete remove create copy clear reset equal equals from into clone default
fmt hash self this args options config result response request tostring hashcode append extend
insert pop push find filter join split format print log
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_COMMON_WEIGHT = 0.15
"""Of names that everything has, so that a use tells little of whose it is."""

_BESIDE = re.compile(
    r"(^|/)(tests?|testdata|spec|specs|__tests__|__mocks__|fixtures?|examples?|samples?"
    r"|demos?|docs?|bench(mark(s|es)?)?|e2e|third_party|vendor|vendored|node_modules|scripts?"
    r"|migrations|locales?|dist|playground|fuzz)(/|$)"
    r"|(^|/)(test_[^/]*|conftest|[^/]*(_test|_spec|\.test|\.spec|\.stories|\.d|\.min|_pb2?|\.pb)"
    r")\.\w+$"
    r"|(^|/)[A-Z]\w*Tests?\.(java|cs|kt|php)$"
)
"""Files beside the product: what they use says less of what matters."""

_PRIVATE_FILE = re.compile(r"(^|/)_(?!_)[^/]*$|(^|/)_(?!_)[^/]*/")
_INDEX_STEMS = frozenset({"__init__", "index", "lib", "mod", "init"})

KIND_WEIGHTS: Mapping[str, float] = {
    SymbolKind.CLASS: 1.5,
    SymbolKind.STRUCT: 1.5,
    SymbolKind.INTERFACE: 1.5,
    SymbolKind.TRAIT: 1.5,
    SymbolKind.ENUM: 1.2,
    SymbolKind.FUNCTION: 1.0,
    SymbolKind.METHOD: 0.8,
    SymbolKind.CONSTRUCTOR: 0.3,
    SymbolKind.TYPE: 1.0,
    SymbolKind.MACRO: 0.8,
    SymbolKind.CONSTANT: 0.3,
    SymbolKind.VARIABLE: 0.1,
    SymbolKind.FIELD: 0.05,
    SymbolKind.MEMBER: 0.05,
    SymbolKind.MODULE: 0.2,
    SymbolKind.NAMESPACE: 0.1,
}
"""What a definition counts for in a map; what is not named here is no code."""


def name_weight(name: str) -> float:
    """How much a use of this name tells of what it means."""
    bare = name.strip("_$@#")
    if name.startswith("__") and name.endswith("__"):
        return 0.0
    weight = _LENGTHS[len(bare)] if len(bare) <= _SHORT else 1.0
    if bare.lower() in _COMMON:
        weight *= _COMMON_WEIGHT
    if name.startswith(("_", "#")):
        weight *= _PRIVATE
    return weight * _MANY_PARTS if _PARTS.search(bare) else weight


def is_private_name(name: str, language: str) -> bool:
    """Whether a name says that it is for its file or package alone."""
    return name.startswith(("_", "#")) or (language == "go" and name[:1].islower())


def is_package_index(path: str) -> bool:
    """Whether a file says what a package offers."""
    return path.rpartition("/")[2].partition(".")[0] in _INDEX_STEMS


def is_private(path: str) -> bool:
    """Whether a file's name says that it is for its package alone."""
    return _PRIVATE_FILE.search(path) is not None


def is_beside(path: str) -> bool:
    """Whether a file is a test, an example, a script or somebody else's work."""
    return _BESIDE.search(path) is not None
