"""What installed packages declare as entry points of a group.

Their files are read here rather than with importlib.metadata, whose import alone takes longer than
the event loop may wait, and a tenth of the time that a push may take.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path


def declared(group: str, path: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and `module:attribute` of each entry below the folders of a path, in their order."""
    for folder in dict.fromkeys(path):
        for file in sorted(Path(folder or ".").glob("*.*-info/entry_points.txt")):
            yield from _of_file(file, group)


def _of_file(file: Path, group: str) -> Iterator[tuple[str, str]]:
    try:
        text = file.read_text()
    except (OSError, ValueError):
        return
    if f"[{group}]" not in text:
        return
    import configparser  # noqa: PLC0415  # slow to load, and few packages declare anything

    try:
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
        parser.read_string(text)
    except configparser.Error:
        return  # not a package's file; its owner's tools tell what is wrong with it
    for name, place in parser.items(group):
        yield name.strip(), place.split("[")[0].strip()
