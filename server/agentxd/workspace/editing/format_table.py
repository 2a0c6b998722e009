"""Which format a model gets: data, read by `format_for`."""

from fnmatch import fnmatchcase

from agentxd.workspace.editing.values import Format

TABLE: tuple[tuple[str, Format], ...] = (
    # the first pattern that fits counts; a model's name in lower case, without its vendor
    ("*codex*", Format.APPLY_PATCH),
    ("gpt-oss*", Format.APPLY_PATCH),
    ("gpt-4.1*", Format.APPLY_PATCH),
    ("gpt-[5-9]*", Format.APPLY_PATCH),
    ("o3*", Format.APPLY_PATCH),
    ("o4*", Format.APPLY_PATCH),
    ("gpt-4o*", Format.SEARCH_REPLACE),
    ("gpt-4-turbo*", Format.UNIFIED_DIFF),
    ("gpt-3.5*", Format.WHOLE_FILE),
    ("claude*", Format.STR_REPLACE),
    ("gemini*", Format.STR_REPLACE),
    ("*coder*", Format.SEARCH_REPLACE),
    ("deepseek*", Format.SEARCH_REPLACE),
    ("codestral*", Format.SEARCH_REPLACE),
    ("devstral*", Format.STR_REPLACE),
    ("*:0.5b*", Format.WHOLE_FILE),
    ("*:1b*", Format.WHOLE_FILE),
    ("*:1.5b*", Format.WHOLE_FILE),
    ("*:3b*", Format.WHOLE_FILE),
    ("*", Format.STR_REPLACE),
)


def format_for(model: str) -> Format:
    """The format that a model writes best, by its name; `vendor/` in front is passed over."""
    name = model.lower().rpartition("/")[2]
    return next(format_ for pattern, format_ in TABLE if fnmatchcase(name, pattern))
