"""Runs the main job on the demo's sample in a terminal and draws what it printed as an SVG."""

import os
import pty
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from daemons import daemon_house  # noqa: E402  # the path above is what finds it

PICTURE = ROOT / "docs/pictures/run.svg"
STORY = (
    ("run", "fix lint and modernise syntax"),
    ("diff", "p1"),
    ("accept", "p1.1", "p1.3", "--verify"),
    ("reject", "p1.2", "--reason", "not now"),
    ("undo", "p1.1"),
    ("replay",),
)
LINES_SHOWN = {"run": 40, "diff": 12, "replay": 0}
"""Most lines of a command that fit the picture; what is left out is counted. The end is kept of
a replay, whose last line says what it found."""
WIDTH, HEIGHT, COLUMNS = 8.0, 18, 110
COLOURS = {31: "#f47067", 32: "#57ab5a", 33: "#c69026", 36: "#39c5cf"}
FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
PAPER, INK, DIM = "#1c2128", "#cdd9e5", "#768390"


@dataclass(frozen=True)
class Run:
    """A piece of a line in one style."""

    text: str
    colour: str = INK
    is_bold: bool = False


def in_terminal(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """What a command prints to a terminal of its own."""
    ours, theirs = pty.openpty()
    shape = {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": "60"}
    process = subprocess.Popen(
        command, cwd=folder, env={**environment, **shape}, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    pieces = []
    while piece := _read(ours):
        pieces.append(piece)
    process.wait()
    os.close(ours)
    return b"".join(pieces).decode()


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 1 << 16)
    except OSError:  # how Linux says that the other end of a terminal is closed
        return b""


def settled(output: str) -> list[str]:
    """The lines that stay: what was written over or wiped is gone."""
    lines = output.replace("\r\n", "\n").split("\n")
    return [re.split(r"\r\x1b\[2K|\r", line)[-1] for line in lines][:-1]


def runs(line: str) -> list[Run]:
    """A line cut where its style changes."""
    found, colour, is_bold = [], INK, False
    for text, code in re.findall(r"([^\x1b]*)(?:\x1b\[([\d;]*)m)?", line):
        if text:
            found.append(Run(text, colour, is_bold))
        for number in (int(part or 0) for part in code.split(";")) if code else ():
            if number == 0:
                colour, is_bold = INK, False
            elif number == 1:
                is_bold = True
            else:
                colour = DIM if number == 2 else COLOURS.get(number, colour)  # noqa: PLR2004  # dim
    return found


def shortened(verb: str, lines: list[str]) -> list[str]:
    """The first lines of a long output, a count of the rest, and its last line."""
    limit = LINES_SHOWN.get(verb, len(lines))
    if len(lines) <= limit + 1:
        return lines
    return [*lines[:limit], f"\x1b[2m  … {len(lines) - limit - 1} more lines\x1b[0m", lines[-1]]


def told(folder: Path) -> list[list[Run]]:
    """The whole story, line by line."""
    with daemon_house(folder) as house:
        story = []
        for words in STORY:
            shown = " ".join(f'"{word}"' if " " in word else word for word in words)
            command = [str(Path(sys.executable).with_name("agentxd")), *words]
            output = in_terminal(command, house.root, house.env)
            story.append([Run("$ ", DIM), Run(f"agentxd {shown}", is_bold=True)])
            story += [runs(line) for line in shortened(words[0], settled(output))]
    return story


def drawn(lines: list[list[Run]]) -> str:
    """The SVG: one text element for each piece, so that every viewer keeps the columns."""
    width, height = COLUMNS * WIDTH + 32, len(lines) * HEIGHT + 48
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}">',
        "<title>A run of agentxd in a terminal</title>",
        "<!-- Made by scripts/make_picture.py from the output of a real run. Do not edit. -->",
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
        f'<g font-family="{FONTS}" font-size="13" xml:space="preserve">',
    ]
    for row, line in enumerate(lines):
        column = 0
        for run in line:
            room = _fitting(run.text, COLUMNS - column)
            weight = ' font-weight="bold"' if run.is_bold else ""
            parts.append(
                f'<text x="{16 + column * WIDTH:g}" y="{34 + row * HEIGHT}" fill="{run.colour}"'
                f' textLength="{len(room) * WIDTH:g}"{weight}>{escape(room)}</text>'
            )
            column += len(room)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _fitting(text: str, columns: int) -> str:
    """The text, or its beginning and a mark that there is more."""
    return text if len(text) <= columns else text[: max(0, columns - 1)] + "…"[: max(0, columns)]


def main() -> int:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        lines = told(Path(folder))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn(lines))
    print("\n".join("".join(run.text for run in line) for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
