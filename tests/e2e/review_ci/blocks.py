"""The shell scripts that a YAML file holds as blocks, taken out as a runner would."""

import re
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[3]
_BLOCK = re.compile(r"^( *)(?:- +)?(?:(?:[a-z-]+): +)?\|\n((?:\1 +.*\n|\s*\n)+)", re.MULTILINE)


def scripts(name: str) -> list[str]:
    """Of a file below the top of the checkout, in order."""
    text = (ROOT / name).read_text()
    return [dedent(found[2]) for found in _BLOCK.finditer(text)]


def fenced(name: str, language: str) -> list[str]:
    """Blocks of a page in that language."""
    text = (ROOT / name).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
