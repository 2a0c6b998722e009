"""How well a name answers what somebody typed: whole, beginning, parts, initials, abbreviation."""

import re

_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")
_BITS = {sign: 1 << at for at, sign in enumerate("abcdefghijklmnopqrstuvwxyz0123456789")} | {"_": 0}
_OTHER_BITS = 26
"""Letters and signs that have no bit of their own share the bits behind the 36 that do."""

EXACT, FOLDED, PREFIX, PARTS, INSIDE, INITIALS, ABBREVIATION, NONE = range(8)
"""Tiers, best first."""


def folded(name: str) -> str:
    """Lower case, without underscores: the form in which names are compared.

    >>> folded("get_User_name"), folded("__init__"), folded("_")
    ('getusername', 'init', '_')
    """
    return name.lower().replace("_", "") or name


def initials(name: str) -> str:
    """First characters of its parts, lower case; nothing for a name of one part.

    >>> initials("getUserName"), initials("HTTP_server2"), initials("plain")
    ('gun', 'hs2', '')
    """
    parts = _PART.findall(name)
    return "".join(part[0] for part in parts).lower() if len(parts) > 1 else ""


def mask(text: str) -> int:
    """A bit for each letter and digit that occurs; a name without the query's bits cannot match.

    >>> mask("ab") == mask("bBaA"), mask("abc") & mask("ab") == mask("ab")
    (True, True)
    """
    bits = 0
    for sign in set(text.lower()):
        known = _BITS.get(sign)
        bits |= 1 << 36 + ord(sign) % _OTHER_BITS if known is None else known
    return bits


def tier(query: str, name: str) -> int:
    """Which of the tiers the name is in for the query; NONE where it does not match.

    >>> tier("getUserName", "getUserName"), tier("GETUSERNAME", "getUserName")
    (0, 1)
    >>> tier("getUs", "get_user_name"), tier("userName", "getUserName"), tier("ser", "getUserName")
    (2, 3, 4)
    >>> tier("gUN", "getUserName"), tier("gtusr", "getUserName"), tier("xyz", "getUserName")
    (5, 6, 7)
    """
    if query == name:
        return EXACT
    asked, text = folded(query), folded(name)
    if asked == text:
        return FOLDED
    if text.startswith(asked):
        return PREFIX
    if asked in text:
        return PARTS if _begins_a_part(asked, name) else INSIDE
    if initials(name).startswith(asked):
        return INITIALS
    return ABBREVIATION if _abbreviates(asked, text) else NONE


def pattern(text: str) -> str:
    """The letters of a folded text in their order, for LIKE with a backslash as its escape.

    >>> pattern("gun")
    'g%u%n%'
    """
    return "".join(("\\" if sign in "%_\\" else "") + sign + "%" for sign in text)


def quality(query: str, name: str) -> tuple[int, int, int]:
    """For sorting: the smaller, the better the name answers."""
    found = tier(query, name)
    has_case = query != query.lower() and query not in name
    return found, int(has_case), len(name)


def _begins_a_part(asked: str, name: str) -> bool:
    """Whether what is asked stands at the beginning of a part, or spans the beginnings."""
    parts = [part.lower() for part in _PART.findall(name)]
    return any("".join(parts[start:]).startswith(asked) for start in range(1, len(parts)))


def _abbreviates(asked: str, text: str) -> bool:
    """Its letters in their order, beginning with the first of them and not too far apart."""
    if not asked or not text or asked[0] != text[0]:
        return False
    rest = iter(text)
    return len(asked) * 6 >= len(text) and all(sign in rest for sign in asked)
