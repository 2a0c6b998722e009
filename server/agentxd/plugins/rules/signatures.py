"""Parameters of a definition, arguments of a call, and whether they fit; in masked code."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from msgspec import Struct

from agentxd.kernel.patterns import Lazy

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_LONGEST = 5_000
"""Signs between the brackets of one call."""
_MOST = 40
"""Parameters."""
_SCRIPTS = frozenset({"javascript", "typescript", "tsx"})
_TYPED_FIRST = frozenset({"java", "csharp", "php"})
_GENERIC = Lazy(r"\s*(?:::)?(?:<[^<>()]*(?:<[^<>()]*>[^<>()]*)*>|\[[^\[\]()]*\](?=\())?\s*\(")
_NAME = Lazy(r"[$A-Za-z_][\w$]*")
_KEYWORDS = {
    "python": Lazy(r"\s*([A-Za-z_]\w*)\s*=(?!=)"),
    "ruby": Lazy(r"\s*([A-Za-z_]\w*):(?!:)"),
    "csharp": Lazy(r"\s*([A-Za-z_]\w*)\s*:(?!:)"),
    "php": Lazy(r"\s*([A-Za-z_]\w*)\s*:(?!:)"),
}
_SPREADS = {
    "python": ("*",),
    "ruby": ("*", "&"),
    "php": ("...",),
    **dict.fromkeys(_SCRIPTS, ("...",)),
}
_DEFAULT = Lazy(r"(?<![=!<>])=(?![=>])")


class Kind(Enum):
    """How an argument comes to a parameter."""

    ANY = "any"
    PLACE = "place"
    KEYWORD = "keyword"
    REST = "rest"
    KEYWORDS = "keywords"


class Parameter(Struct, frozen=True):
    """One of a definition."""

    name: str
    is_required: bool
    kind: Kind = Kind.ANY


class Call(Struct, frozen=True):
    """The arguments of one call."""

    n_places: int
    keywords: tuple[str, ...] = ()
    is_open: bool = False
    """Whether it hands on what nobody can count: `*args`."""


def brackets_at(code: str, offset: int) -> tuple[int, int] | None:
    """Inside of the round brackets that follow a name that ends here, type arguments between."""
    match = _GENERIC.match(code, offset)
    if match is None:
        return None
    start, depth = match.end(), 1
    for at in range(start, min(len(code), start + _LONGEST)):
        depth += (code[at] in _OPEN) - (code[at] in _CLOSE)
        if depth == 0:
            return start, at
    return None


def read_parameters(language: str, code: str, offset: int) -> tuple[Parameter, ...] | None:
    """Of the definition whose name ends at this place; None where they cannot be told."""
    place = brackets_at(code, offset)
    if place is None:
        return None
    parts = split(code[place[0] : place[1]])
    if len(parts) > _MOST:
        return None
    if language == "go":
        return tuple(_go(parts))
    kind, found = Kind.ANY, list[Parameter]()
    for index, part in enumerate(parts):
        text = part.strip()
        if language == "python" and text == "/":
            found = [Parameter(one.name, one.is_required, Kind.PLACE) for one in found]
        elif language == "python" and text == "*":
            kind = Kind.KEYWORD
        elif not _is_receiver(language, text, index):
            one = _parameter(language, text, kind)
            kind = Kind.KEYWORD if language == "python" and one.kind is Kind.REST else kind
            found.append(one)
    return tuple(found)


def read_call(language: str, code: str, offset: int) -> Call | None:
    """Of the name that ends at this place; None where it is not called."""
    place = brackets_at(code, offset)
    if place is None:
        return None
    n_places, keywords, is_open = 0, list[str](), False
    pattern, spreads = _KEYWORDS.get(language), _SPREADS.get(language, ())
    for part in split(code[place[0] : place[1]]):
        named = pattern.match(part) if pattern is not None else None
        if part.strip().startswith(spreads or ("\0",)):
            is_open = True
        elif named is not None:
            keywords.append(named[1])
        else:
            n_places += 1
    if language == "python" and " for " in code[place[0] : place[1]] and n_places == 1:
        return Call(1, (), is_open)
    return Call(n_places, tuple(keywords), is_open)


def misfit(language: str, parameters: Sequence[Parameter], call: Call) -> str:
    """What is wrong with a call; empty where it fits, or nobody can say."""
    names = {one.name for one in parameters if one.kind in (Kind.ANY, Kind.KEYWORD)}
    is_any = any(one.kind is Kind.KEYWORDS for one in parameters)
    for keyword in call.keywords:
        if keyword not in names and not is_any:
            return f"there is no parameter `{keyword}`"
    if call.is_open:
        return ""
    places = [one for one in parameters if one.kind in (Kind.ANY, Kind.PLACE)]
    has_rest = any(one.kind is Kind.REST for one in parameters)
    if call.n_places > len(places) and not has_rest and language != "javascript":
        return f"it takes {_counted(len(places))}, {call.n_places} are given"
    missing = [
        one.name
        for index, one in enumerate(parameters)
        if one.is_required and not _is_given(one, index, call)
    ]
    return f"`{missing[0]}` is not given" if missing else ""


def split(text: str) -> list[str]:
    """At commas outside of brackets."""
    parts, depth, start = list[str](), 0, 0
    for at, sign in enumerate(text):
        if sign in _OPEN or (sign == "<" and _is_generic(text, at)):
            depth += 1
        elif sign in _CLOSE or (sign == ">" and depth and text[at - 1] not in "=-"):
            depth = max(depth - 1, 0)
        elif sign == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def _is_generic(text: str, at: int) -> bool:
    """Whether a sign opens type arguments: `Map<String, Integer>`."""
    before = text[at - 1] if at else " "
    return (
        (before.isalnum() or before in "_:") and ">" in text[at:] and text[at + 1 : at + 2] != " "
    )


def _is_given(one: Parameter, index: int, call: Call) -> bool:
    if one.name in call.keywords:
        return True
    return one.kind in (Kind.ANY, Kind.PLACE) and index < call.n_places


def _is_receiver(language: str, text: str, index: int) -> bool:
    if index or language not in ("python", "rust", "csharp", "typescript", "tsx"):
        return False
    if language == "python":
        return text in ("self", "cls", "mcs", "mcls") or text.startswith(("self:", "cls:"))
    if language == "rust":
        return re.fullmatch(r"(?:&\s*)?(?:'\w+\s+)?(?:mut\s+)?self(?:\s*:.*)?", text) is not None
    return text.startswith("this " if language == "csharp" else "this:")


def _parameter(language: str, text: str, kind: Kind) -> Parameter:
    """One that is written alone."""
    if language == "python":
        return _python(text, kind)
    if language == "ruby":
        return _ruby(text)
    if language in _TYPED_FIRST:
        head = _DEFAULT.split(text, maxsplit=1)[0]
        names = _NAME.findall(head)
        is_rest = "..." in head or "params " in head
        return Parameter(
            (names[-1] if names else "").lstrip("$"),
            not is_rest and head == text,
            Kind.REST if is_rest else Kind.ANY,
        )
    head = re.split(r"[:=?]", text, maxsplit=1)[0].strip()
    is_rest = head.startswith("...")
    name = _NAME.search(re.sub(r"^(?:(?:public|private|protected|readonly|mut|ref)\s+)+", "", head))
    is_optional = language in _SCRIPTS and (
        re.match(r"[\w$]+\s*\?", text) is not None or _DEFAULT.search(text) is not None
    )
    shown = name[0] if name and head[:1] not in "{[" else "{}"
    return Parameter(shown, not (is_optional or is_rest), Kind.REST if is_rest else Kind.ANY)


def _python(text: str, kind: Kind) -> Parameter:
    if text.startswith("**"):
        return Parameter(text[2:].partition(":")[0].strip(), is_required=False, kind=Kind.KEYWORDS)
    if text.startswith("*"):
        return Parameter(text[1:].partition(":")[0].strip(), is_required=False, kind=Kind.REST)
    name = re.split(r"[:=]", text, maxsplit=1)[0].strip()
    return Parameter(name, _DEFAULT.search(text) is None, kind)


def _ruby(text: str) -> Parameter:
    name = (_NAME.search(text) or [""])[0]
    if text.startswith("**"):
        return Parameter(name, is_required=False, kind=Kind.KEYWORDS)
    if text.startswith(("*", "&")):
        return Parameter(name, is_required=False, kind=Kind.REST)
    if re.match(r"\w+:", text):
        return Parameter(name, text.rstrip().endswith(":"), Kind.KEYWORD)
    return Parameter(name, "=" not in text)


def _go(parts: Sequence[str]) -> Iterator[Parameter]:
    for index, part in enumerate(parts):
        is_rest = "..." in part
        name = (_NAME.search(part) or [str(index)])[0]
        yield Parameter(name, not is_rest, Kind.REST if is_rest else Kind.PLACE)


def _counted(number: int) -> str:
    return "1 argument" if number == 1 else f"{number} arguments"
