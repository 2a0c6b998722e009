"""Takes secrets out of text and events before they are written; idempotent."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from math import log2
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from agentxd.kernel.patterns import Lazy

if TYPE_CHECKING:
    from agentxd.kernel.events import AnyEvent, Event

_KEY_BLOCK = (
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[\s\S]*?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|[\s\S]*)"
)
_START = "(?<![A-Za-z0-9])"
"""Where a token may begin: `Token_ghp_…` holds one, too."""
_TOKENS: tuple[tuple[str, str, str], ...] = (
    ("private key", "-----BEGIN", _KEY_BLOCK),
    ("aws key", "AKIA ASIA ABIA ACCA", rf"{_START}(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{{16}}\b"),
    (
        "github token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        rf"{_START}(?:gh[pousr]_[A-Za-z0-9]{{30,}}|github_pat_[A-Za-z0-9_]{{30,}})",
    ),
    (
        "gitlab token",
        "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glagent-",
        rf"{_START}gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[A-Za-z0-9_.-]{{20,}}",
    ),
    (
        "slack token",
        "xox xapp-",
        rf"{_START}xox[abeoprs]-[A-Za-z0-9-]{{10,}}|{_START}xapp-\d-[A-Za-z0-9-]{{10,}}",
    ),
    ("slack webhook", "hooks.slack", r"(?<=hooks\.slack\.com/services/)T[A-Za-z0-9_/]{20,}"),
    ("anthropic key", "sk-ant-", rf"{_START}sk-ant-[A-Za-z0-9_-]{{16,}}"),
    (
        "openai key",
        "sk-",
        rf"{_START}sk-(?:proj|svcacct|admin|or)-[A-Za-z0-9_-]{{16,}}|{_START}sk-[A-Za-z0-9]{{20,}}\b",
    ),
    (
        "google key",
        "AIza ya29. GOCSPX-",
        rf"{_START}AIza[A-Za-z0-9_-]{{35}}|{_START}ya29\.[A-Za-z0-9_-]{{20,}}|{_START}GOCSPX-[\w-]{{20,}}",
    ),
    (
        "stripe key",
        "k_live_ k_test_ whsec_",
        rf"{_START}(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{{16,}}|{_START}whsec_[A-Za-z0-9+/=]{{20,}}",
    ),
    ("npm token", "npm_", rf"{_START}npm_[A-Za-z0-9]{{36}}\b"),
    ("pypi token", "pypi-", rf"{_START}pypi-[A-Za-z0-9_-]{{32,}}"),
    ("hugging face token", "hf_", rf"{_START}hf_[A-Za-z0-9]{{30,}}\b"),
    ("sendgrid key", "SG.", rf"{_START}SG\.[A-Za-z0-9_-]{{16,32}}\.[A-Za-z0-9_-]{{16,64}}"),
    (
        "digitalocean token",
        "dop_v1_ doo_v1_ dor_v1_",
        rf"{_START}(?:dop|doo|dor)_v1_[a-f0-9]{{64}}\b",
    ),
    (
        "shopify token",
        "shpat_ shpca_ shppa_ shpss_",
        rf"{_START}shp(?:at|ca|pa|ss)_[a-fA-F0-9]{{32}}\b",
    ),
    ("vault token", "hvs. hvb.", rf"{_START}hv[sb]\.[A-Za-z0-9_-]{{24,}}"),
    ("docker token", "dckr_", rf"{_START}dckr_(?:pat|oat)_[A-Za-z0-9_-]{{20,}}"),
    ("databricks token", "dapi", rf"{_START}dapi[a-f0-9]{{32}}\b"),
    (
        "grafana token",
        "glsa_ glc_",
        rf"{_START}(?:glsa_[A-Za-z0-9]{{32}}_[a-f0-9]{{8}}|glc_[\w+/=]{{40,}})",
    ),
    ("new relic key", "NRAK-", rf"{_START}NRAK-[A-Z0-9]{{27}}\b"),
    ("postman key", "PMAK-", rf"{_START}PMAK-[a-f0-9]{{24}}-[a-f0-9]{{34}}\b"),
    ("age key", "AGE-SECRET-KEY-", rf"{_START}AGE-SECRET-KEY-1[A-Z0-9]{{50,}}"),
    ("rubygems key", "rubygems_", rf"{_START}rubygems_[a-f0-9]{{48}}\b"),
    ("atlassian token", "ATATT3", rf"{_START}ATATT3[A-Za-z0-9_=-]{{60,}}"),
    ("linear key", "lin_api_", rf"{_START}lin_api_[A-Za-z0-9]{{32,}}"),
    (
        "discord webhook",
        "api/webhooks/",
        r"(?<=/api/webhooks/)\d{15,22}/[A-Za-z0-9_-]{50,}",
    ),
    ("telegram token", ":AA", r"(?<![\w:])\d{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    ("jwt", "eyJ", rf"{_START}eyJ[A-Za-z0-9_-]{{8,}}\.eyJ[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]*"),
)
"""Name, what the text must have for the pattern to be worth a try, pattern."""
_TOKEN = tuple((name, marks.split(), Lazy(pattern)) for name, marks, pattern in _TOKENS)
_URL = Lazy(r"(\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/:@'\"<>]*:)([^\s/@'\"<>]+)(?=@)")
_HEADER = Lazy(
    r"(?i)(\b(?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?(?:(?:bearer|basic|token|digest)\s+)?)"
    r"([^\s'\",;]{6,})"
)
_BEARER = Lazy(r"(?i)(\bbearer\s+)([A-Za-z0-9._~+/=-]{20,})")
_NAMED = (
    r"(?:passwords?|passwd|passphrase|pwd|secrets?|credentials?|tokens?"
    r"|(?:api|access|private|secret|auth|encryption|signing|account|master|client|service)"
    r"[_-]?(?:key|token|secret)s?|apikey)"
)
_ASSIGNED = Lazy(
    rf"(?i)((?:\b|_|(?-i:(?<=[a-z0-9])(?=[A-Z])))(?:[a-z0-9]{{1,40}}[_.-]){{0,6}}?(?:[a-z0-9]{{0,20}}(?=passw))?{_NAMED}(?:_base64)?(?P<mark>['\"]?\s*\]?\s*(?::=|=>|=|:)\s*))"
    r"(?:(?P<quote>['\"`])(?P<quoted>(?:(?!(?P=quote))[^\\\r\n]|\\.)+)(?P=quote)"
    r"|(?P<bare>[^\s'\"`,;&(){}\[\]<>|]+)(?P<next>[(\[{]?))"
)
_OPTION = Lazy(rf"(?i)(--(?:[a-z0-9]+-)*{_NAMED}\s+)(['\"]?)([^\s'\"-][^\s'\"]{{3,}})(?=\2)")
_CALLED = Lazy(
    r"(?i)(\b(?:define|putenv|setenv|setdefault|setItem)\s*\(\s*['\"](?:[a-z0-9]+[_.-]){0,6}"
    rf"{_NAMED}['\"]\s*,\s*['\"])([^'\"\r\n]{{4,}})(?=['\"])"
)
_ELEMENT = Lazy(rf"(?i)(<(?:[a-z0-9]+[_.:-]){{0,6}}{_NAMED}>)([^<>\s]{{4,}})(?=</)")
_TOLD = (
    ("url", "://", _URL, 2),
    ("header", "authorization", _HEADER, 2),
    ("bearer", "bearer", _BEARER, 2),
    ("option", "--", _OPTION, 3),
)
"""What tells a secret, what the text must have for that, and the group of the secret."""
_NAME = Lazy(rf"(?i)(?:^|[a-z0-9_.-]*[_.-]){_NAMED}$|^{_NAMED}$")
_CAMEL = Lazy(r"(?<=[a-z0-9])(?=[A-Z])")
_CODE = Lazy(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|\$.*|%.*|<.*>|\*+|x{3,}|\.{3,}|[A-Z][A-Z_]+")
_MASKED = ("[redacted", "$", "{", "%", "<", "*")
"""How a value begins that is masked or a variable."""
_HARMLESS = frozenset(
    {"none", "null", "true", "false", "string", "bytes", "bool", "optional", "undefined"}
    | {"example", "changeme", "required", "secret", "password", "token", "test", "placeholder"}
    | {"redacted", "self", "object", "text", "number", "const", "unknown", "credentials"}
)
_SHORTEST = 4
"""Characters; nothing shorter is taken for a password."""
_SHORTEST_RANDOM = 6
_LEAST_ENTROPY = 2.3
"""Bits for each character; `abc123` has 2.6."""
HINTS = ("://", *(mark for _, marks, _ in _TOKEN for mark in marks))
"""A text with none of these and none of the names below holds no secret: the fast way out."""
NAME_HINTS = ("authorization", "bearer", "pass", "pwd", "secret", "credential", "token", "key")


def redact(text: str, *, keeps_lines: bool = False) -> str:
    """The text with every secret replaced by `[redacted …]`; the same text where there is none.

    `keeps_lines` leaves a secret of several lines as many, so that line numbers stay true.
    """
    if not _may_hold_secret(text):
        return text
    for name, marks, pattern in _TOKEN:
        if any(map(text.__contains__, marks)):
            text = pattern.ready.sub(_Blank(name, keeps_lines), text)
    small = text.lower()
    for _, mark, pattern, group in _TOLD:
        if mark in small:
            text = pattern.ready.sub(partial(_mask, group=group), text)
    for pattern in _CALLED, _ELEMENT:
        text = pattern.ready.sub(_mask_literal, text)
    return _ASSIGNED.ready.sub(_mask_assigned, text)


class _Blank:
    """What takes the place of a token."""

    def __init__(self, name: str, keeps_lines: bool) -> None:  # noqa: FBT001  # private, called once
        self._name = name
        self._keeps_lines = keeps_lines

    def __call__(self, match: re.Match[str]) -> str:
        feeds = match[0].count("\n") if self._keeps_lines else 0
        return f"[redacted {self._name}]" + "\n" * feeds


def redact_event(event: "Event") -> "tuple[AnyEvent, bytes]":
    """The event without secrets, and its canonical bytes; the very event where there were none.

    Raises msgspec.ValidationError or ValueError where it cannot be encoded.
    """
    from agentxd.kernel.events import decode_event, encode_event  # noqa: PLC0415  # most have none

    data = encode_event(event)
    if not _may_hold_secret(data.decode()):
        return event, data  # type: ignore[return-value]  # every Event is one of AnyEvent
    plain = msgspec.to_builtins(event)
    clean = _redact_value(plain)
    if clean == plain:
        return event, data  # type: ignore[return-value]
    redacted = decode_event(msgspec.json.encode(clean))
    return redacted, encode_event(redacted)


class SecretPlace(NamedTuple):
    """What is taken for a secret in a text; columns count code points."""

    kind: str
    """Whose it is (`github token`), or how it is told: url, header, bearer, option, named."""
    start: int
    end: int
    name: str = ""
    """What it is called, where its name tells it."""


def secrets_in(text: str) -> Iterator[SecretPlace]:
    """Every secret that `redact` would take out, and where it stands; some of them twice."""
    if not _may_hold_secret(text):
        return
    for name, marks, pattern in _TOKEN:
        if any(map(text.__contains__, marks)):
            yield from (SecretPlace(name, *match.span()) for match in pattern.ready.finditer(text))
    small = text.lower()
    for kind, mark, pattern, group in _TOLD:
        if mark in small:
            yield from _places(kind, pattern, group, text)
    for pattern in _CALLED, _ELEMENT:
        for match in pattern.ready.finditer(text):
            if _is_literal_secret(match[2]):
                yield SecretPlace("named", *match.span(2), match[1])
    yield from _assigned(text)


def _assigned(text: str) -> Iterator[SecretPlace]:
    for match in _ASSIGNED.ready.finditer(text):
        group = _assigned_group(match)
        if group:
            yield SecretPlace("named", *match.span(group), match[1])


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is a secret whatever it looks like: `api_key`, `dbPassword`."""
    return _NAME.ready.match(_CAMEL.ready.sub("_", name)) is not None


def _may_hold_secret(text: str) -> bool:
    if any(map(text.__contains__, HINTS)):
        return True
    return any(map(text.lower().__contains__, NAME_HINTS))


def _redact_value(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return _redact_mapping(value)
    if isinstance(value, list | tuple):
        return [_redact_value(item) for item in value]
    return value


def _redact_mapping(mapping: Mapping[Any, Any]) -> dict[Any, Any]:
    """By name where a name tells it; a setting's name stands in `key`, its content in `value`."""
    clean = {
        redact(key) if isinstance(key, str) else key: _redact_named(str(key), value)
        for key, value in mapping.items()
    }
    name = mapping.get("key")
    if isinstance(name, str) and isinstance(mapping.get("value"), str):
        clean["value"] = _redact_named(name, mapping["value"])
    return clean


def _redact_named(name: str, value: Any) -> Any:
    if isinstance(value, str) and is_secret_name(name) and _is_literal_secret(value.strip("\"'")):
        return "[redacted]"
    return _redact_value(value)


def _places(kind: str, pattern: Lazy[str], group: int, text: str) -> Iterator[SecretPlace]:
    for match in pattern.ready.finditer(text):
        if not match[group].startswith(_MASKED):
            yield SecretPlace(kind, *match.span(group), match[1])


def _mask(match: re.Match[str], group: int) -> str:
    """Keep what stands before the secret; leave what is masked or a variable as it is."""
    if match[group].startswith(_MASKED):
        return match[0]
    return f"{match[0][: match.start(group) - match.start()]}[redacted]"


def _mask_literal(match: re.Match[str]) -> str:
    """What stands behind a name that tells it, unless it is a placeholder."""
    return f"{match[1]}[redacted]" if _is_literal_secret(match[2]) else match[0]


def _mask_assigned(match: re.Match[str]) -> str:
    group = _assigned_group(match)
    if not group:
        return match[0]
    quote = match["quote"] or ""
    return f"{match[1]}{quote}[redacted]{quote}{match['next'] or ''}"


def _assigned_group(match: re.Match[str]) -> str:
    """The group that holds a secret, if one does: quoted or bare."""
    if match["quoted"] is not None:
        return "quoted" if _is_literal_secret(match["quoted"]) else ""
    bare = match["bare"]
    if bare.isdigit() and "token" in match[1].lower():
        return ""  # a count
    is_tight = not match["mark"].strip("=:")
    if match["next"] or not _is_literal_secret(bare) or not (is_tight or _is_random(bare)):
        return ""
    return "" if _is_python_name(bare) and not _is_shouted(match[1]) else "bare"


def _is_literal_secret(value: str) -> bool:
    """Not a type, a placeholder, a variable, a sentence or an expression."""
    word = value.strip()
    return (
        len(word) >= _SHORTEST
        and word.lower() not in _HARMLESS
        and not word.startswith(("[redacted", "${", "{{", "$("))
        and _CODE.ready.fullmatch(word) is None
        and " " not in word
    )


def _is_shouted(name: str) -> bool:
    """`DB_PASSWORD=`: an environment variable, whose value is no expression."""
    return name.isupper()


def _is_python_name(value: str) -> bool:
    """A name such as `user_password` or `next_token`: code that hands a variable on."""
    return value.isidentifier() and ("_" in value or value.isalpha()) and not _is_random(value)


def _is_random(value: str) -> bool:
    """Letters and digits mixed, with the entropy of something that nobody typed as a word."""
    has_both = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return has_both and len(value) >= _SHORTEST_RANDOM and _entropy(value) >= _LEAST_ENTROPY


def _entropy(value: str) -> float:
    """Shannon entropy in bits for each character."""
    size = len(value)
    return -sum(value.count(c) / size * log2(value.count(c) / size) for c in set(value))
