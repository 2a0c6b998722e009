"""Paths as a person in some folder types and reads them, and as the workspace counts them."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from agentxd_client.connection import ClientError

_SPECIAL = re.compile(r"([*?\[\]\\])")
_WILD = re.compile(r"[*?\[\\]")


class Standing:
    """A folder to stand in, and the root of the workspace; both real and absolute."""

    def __init__(self, root: str, folder: str) -> None:
        self._root = root
        self._folder = folder
        below = os.path.relpath(folder, root)
        self._is_inside = below != ".." and not below.startswith("../")
        self._parts = [] if below == "." or not self._is_inside else below.split("/")

    def shown(self, path: str) -> str:
        """A path from the root, as it can be opened from here; unchanged where here is outside."""
        return os.path.relpath(f"{self._root}/{path}", self._folder) if self._parts else path

    def glob(self, text: str) -> str:
        """A glob from the root.

        One that begins with `./` or `../` counts from here, an absolute path below the root is
        cut; all others are git's. Raises ClientError where it means nothing of the workspace.
        """
        sign, rest = ("!", text[1:]) if text.startswith("!") else ("", text)
        inner = self._below_root(rest)
        if inner is not None:
            return f"{sign}/{inner or '**'}"
        if not _counts_from_here(rest):
            return text
        return f"{sign}/{'/'.join(self._walked(rest)) or '**'}"

    def file(self, text: str) -> str:
        """A file from the root; one that is not there may be one from here.

        Raises ClientError where it is outside of the workspace.
        """
        is_ours = not text.startswith("/") and not _counts_from_here(text)
        if not text or (is_ours and Path(self._root, text).exists()):
            return text
        place = os.path.realpath(Path(self._folder, text))
        if is_ours and not Path(place).exists():
            return text
        if not place.startswith(self._root + "/"):
            raise self._outside(text)
        return place[len(self._root) + 1 :]

    def missing(self, paths: Sequence[str]) -> list[str]:
        """Those paths from the root where nothing is."""
        return [path for path in paths if path and not Path(self._root, path).exists()]

    def _below_root(self, text: str) -> str | None:
        if not text.startswith("/"):
            return None
        place = text if _WILD.search(text) else os.path.realpath(text)
        if place.rstrip("/") == self._root:
            return ""
        return place[len(self._root) + 1 :] if place.startswith(self._root + "/") else None

    def _walked(self, text: str) -> list[str]:
        """The parts of a glob from here, those of this folder so that they mean themselves."""
        if not self._is_inside:
            raise self._outside(text)
        parts = [_SPECIAL.sub(r"\\\1", part) for part in self._parts]
        for part in text.split("/"):
            if part == ".." and not parts:
                raise self._outside(text)
            if part == "..":
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        return parts

    def _outside(self, text: str) -> ClientError:
        return ClientError(
            "invalid_request", f"{text!r} is outside of the workspace", f"It is {self._root}."
        )


def _counts_from_here(text: str) -> bool:
    return text in (".", "..") or text.startswith(("./", "../"))
