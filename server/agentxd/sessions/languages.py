"""What editors call languages."""

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import PurePosixPath

from agentxd.kernel.errors import InvalidRequestError

_NAMES = {
    "bash": ("sh", "shell", "shellscript", "zsh"),
    "c": ("h",),
    "cpp": ("c++", "cc", "cxx", "hh", "hpp", "hxx"),
    "csharp": ("c#", "c_sharp", "cs"),
    "css": (),
    "go": ("golang",),
    "html": ("htm",),
    "java": (),
    "javascript": ("cjs", "javascriptreact", "js", "jsx", "mjs"),
    "json": ("json5", "jsonc"),
    "lua": (),
    "markdown": ("md",),
    "php": (),
    "python": ("py", "pyi"),
    "ruby": ("rake", "rb"),
    "rust": ("rs",),
    "toml": (),
    "tsx": ("typescriptreact",),
    "typescript": ("cts", "mts", "ts"),
    "yaml": ("yml",),
}
"""Our name to what editors call it besides, and how names of files end."""

_OURS = {other: name for name, others in _NAMES.items() for other in (name, *others)}
_NO_GRAMMAR = {"text": "text", "txt": "text", "plaintext": "text"}
"""Files that no grammar is at hand for, as a person may ask for them."""
IMPLICIT_MEMBERS = frozenset({"java", "csharp", "cpp", "c", "ruby"})
"""Where a member is used without naming what it belongs to."""


def language_of(path: str, told: str = "") -> str:
    """Our name of a file's language, by what its editor says or how its name ends."""
    words = (told.lower(), PurePosixPath(path).suffix.removeprefix(".").lower())
    return next((_OURS[word] for word in words if word in _OURS), words[0] or words[1])


def is_among(language: str, words: Collection[str]) -> bool:
    """Whether a list of a person's words names the language; `*` names all, typescript also tsx."""
    wanted = _widened({_OURS.get(word.lower(), word.lower()) for word in words})
    return "*" in wanted or language in wanted


def named(words: Collection[str], found: Collection[str] = ()) -> tuple[str, ...]:
    """Our names of the languages that a person limits an answer to; typescript is also tsx.

    `found` are those of the files that there are. Raises InvalidRequestError for a word that is
    no language: an empty answer would look like "nothing there".
    """
    known = {**_OURS, **_NO_GRAMMAR, **{name: name for name in found}}
    wanted = set()
    for word in words:
        if word.lower() not in known:
            raise _unknown(word, known, sorted({*_NAMES, "text", *found}))
        wanted.add(known[word.lower()])
    return tuple(sorted(_widened(wanted)))


def _widened(names: set[str]) -> set[str]:
    return names | {"tsx"} if "typescript" in names else names


def _unknown(word: str, known: dict[str, str], names: list[str]) -> InvalidRequestError:
    near = dict.fromkeys(known[one] for one in get_close_matches(word.lower(), known))
    perhaps = f"Did you mean {' or '.join(near)}? " if near else ""
    return InvalidRequestError(
        f"there is no language {word!r}", f"{perhaps}Use one of: {', '.join(names)}."
    )
