"""What editors call languages."""

from collections.abc import Collection
from pathlib import PurePosixPath

_NAMES = {
    "bash": ("sh", "shellscript", "zsh"),
    "c": ("h",),
    "cpp": ("c++", "cc", "cxx", "hh", "hpp", "hxx"),
    "csharp": ("c_sharp", "cs"),
    "css": (),
    "go": (),
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
IMPLICIT_MEMBERS = frozenset({"java", "csharp", "cpp", "c", "ruby"})
"""Where a member is used without naming what it belongs to."""


def language_of(path: str, told: str = "") -> str:
    """Our name of a file's language, by what its editor says or how its name ends."""
    words = (told.lower(), PurePosixPath(path).suffix.removeprefix(".").lower())
    return next((_OURS[word] for word in words if word in _OURS), words[0] or words[1])


def is_among(language: str, words: Collection[str]) -> bool:
    """Whether a list of a person's words names the language; `*` names all, typescript also tsx."""
    wanted = {_OURS.get(word.lower(), word.lower()) for word in words}
    if "typescript" in wanted:
        wanted.add("tsx")
    return "*" in wanted or language in wanted
