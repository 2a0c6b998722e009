"""What a query asks for: its words, the names in it, and how much work each word may cause."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from agentxd.index.cleaning import readable
from agentxd.index.words import WordSplitter

MAX_TEXT = 4_000
"""Characters of a query that are looked at."""
MAX_WORDS = 32
"""Different words of a query that are looked for, the rarest."""
MAX_NAMES = 4
_MAX_PHRASE = 12
"""Words of a phrase; what is longer is found by its beginning."""
_COMPANY = 4
"""Times the budget that may be passed by for words that only change the order."""
_NAME = re.compile(r"[^\W\d]\w*(?:(?:\.|::|->|#)[^\W\d]\w*)*")
_LOOKS_LIKE_CODE = re.compile(r"_|[a-z][A-Z]|\.|::|->|#|[A-Z]{2}|[a-z]\d")
_TERM = re.compile(r"\w+")
_JOINTS = re.compile(r"\.|::|->|#")
_IDLE = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be by can do does for from has have how i if in into is it its of on
        or that the then there this to was what when where which who why will with""",
    )
)
"""English words that say nothing of code where others stand beside them."""


class Query(Struct, frozen=True):
    """A question, taken apart."""

    text: str
    words: tuple[str, ...]
    """Different ones, lower case, in their order."""
    names: tuple[str, ...]
    """Parts of it that are or may be names of definitions, as they were written."""
    phrase: tuple[str, ...] = ()
    """Its words in a row as they stand, idle ones too; empty where there are not several."""
    n_terms: int = 0
    """Words and names between its spaces that tell something."""


class Plan(Struct, frozen=True):
    """Which words bring chunks in, and which only change the order of what is in."""

    carriers: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    is_broad: bool = False
    """Even the rarest word is in more chunks than may be looked at."""


def understood(text: str, splitter: WordSplitter) -> Query:
    """The query taken apart; any text will do."""
    text = readable(text[:MAX_TEXT])
    in_a_row = splitter.words_and_names(text)
    words = list(dict.fromkeys(in_a_row))
    telling = [word for word in words if word not in _IDLE] or words
    phrase = in_a_row[:_MAX_PHRASE] if len(telling) > 1 else []
    n_terms = sum(term.lower() not in _IDLE for term in _TERM.findall(text))
    return Query(text, tuple(telling), tuple(_names(text)), tuple(phrase), n_terms)


def planned(words: Sequence[str], counts: Mapping[str, int], budget: int) -> Plan:
    """Share the work: `counts` says in how many chunks a word is, `budget` how many may be seen.

    >>> planned(["user", "self", "socket"], {"user": 10, "self": 390, "socket": 5}, 100)
    Plan(carriers=('socket', 'user'), companions=('self',), is_broad=False)
    >>> planned(["self"], {"self": 900}, 100)
    Plan(carriers=('self',), companions=(), is_broad=True)
    """
    known = sorted((word for word in words if counts.get(word)), key=counts.__getitem__)[:MAX_WORDS]
    if not known:
        return Plan()
    carriers: list[str] = []
    n_seen = 0
    for word in known:
        n_seen += counts[word]
        if carriers and n_seen > budget:
            break
        carriers.append(word)
    companions: list[str] = []
    n_passed = 0
    for word in known[len(carriers) :]:
        n_passed += counts[word]
        if n_passed > budget * _COMPANY:
            break
        companions.append(word)
    return Plan(tuple(carriers), tuple(companions), counts[carriers[0]] > budget)


def expression(plan: Plan) -> str:
    """The plan in the language of FTS5; words are quoted, so none is an operator.

    >>> expression(Plan(("socket", "user"), ("self",)))
    '("socket" OR "user") AND ("socket" OR "user" OR "self")'
    >>> expression(Plan(("self",), (), True))
    '{name head} : ("self")'
    """
    carriers = " OR ".join(quoted(word) for word in plan.carriers)
    if plan.is_broad:
        return f"{{name head}} : ({carriers})"
    if not plan.companions:
        return carriers
    others = " OR ".join(quoted(word) for word in plan.companions)
    return f"({carriers}) AND ({carriers} OR {others})"


def phrase_expression(phrase: Sequence[str]) -> str:
    """The words in a row, in the language of FTS5.

    >>> phrase_expression(("no", "response", "for"))
    '"no response for"'
    """
    return quoted(" ".join(phrase))


def quoted(word: str) -> str:
    """A word as a string of FTS5."""
    return '"' + word.replace('"', '""').replace("\0", "") + '"'


def joined_names(text: str) -> list[str]:
    """The names of `a.b`, `a::b`, `a->b` or `a#b`, outermost first; else the text as one.

    >>> joined_names(" Store.put "), joined_names("std::vec::Vec"), joined_names("a b")
    (['Store', 'put'], ['std', 'vec', 'Vec'], ['a b'])
    """
    text = readable(text[:MAX_TEXT].strip())
    parts = [part for part in _JOINTS.split(text) if part]
    return parts if _NAME.fullmatch(text) else [text]


def _names(text: str) -> list[str]:
    """What looks like code; of a query of one or two words, each."""
    found = list(dict.fromkeys(_NAME.findall(text)))
    if len(found) > 2:  # noqa: PLR2004  # the rest is a sentence
        found = [name for name in found if _LOOKS_LIKE_CODE.search(name)]
    return [part for name in found for part in [_JOINTS.split(name)[-1]] if part][:MAX_NAMES]
