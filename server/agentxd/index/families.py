"""Language families: names, imports and references stay within one."""

_FAMILIES = {
    "python": ("python",),
    "web": ("javascript", "typescript", "tsx", "jsx", "vue", "svelte"),
    "c": ("c", "cpp"),
    "jvm": ("java", "kotlin", "scala", "groovy"),
    "dotnet": ("csharp", "c_sharp", "c-sharp"),
    "shell": ("bash", "sh", "zsh"),
    "style": ("css", "scss", "less"),
}
_FAMILY_OF = {language: family for family, many in _FAMILIES.items() for language in many}

PROSE = frozenset({"markdown", "text", "json", "yaml", "toml", "html", "css", "scss", "less"})
"""Languages whose definitions are no code: headings, keys, selectors, elements."""


def family_of(language: str) -> str:
    """The family a language belongs to; its own name where it stands alone."""
    return _FAMILY_OF.get(language, language)
