"""Paths that a model names are untrusted: they stay inside the workspace, or are refused."""

from agentxd.kernel.errors import InvalidRequestError

_NEXT = "name a path relative to the workspace root, such as src/app.py"


def inside(path: str) -> str:
    """The path in its plain form, "" for the root. Raises InvalidRequestError."""
    if "\0" in path or "\\" in path:
        raise InvalidRequestError(f"{path!r} is no path here.", _NEXT)
    if path.startswith(("/", "~")):
        raise InvalidRequestError(f"{path} is an absolute path.", _NEXT)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise InvalidRequestError(f"{path} leads out of its folder.", _NEXT)
    return "/".join(parts)


def inside_to_write(path: str) -> str:
    """The same for a file that is to be written; git's own folder is not the agent's to change."""
    plain = inside(path)
    if not plain:
        raise InvalidRequestError("The workspace root is no file.", _NEXT)
    if ".git" in plain.lower().split("/"):
        raise InvalidRequestError(f"{path} is git's own.", "leave the repository's data alone")
    return plain
