"""Set-ups as docs/editors.md has them: each block tells in its first line which file it is."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "editors.md"
_BLOCK = re.compile(r"^```(\w+)\n(?:;;|#|--|//) ~/(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def write_documented(home: Path, *places: str) -> None:
    """Write these files below a home folder, as the page has them. Fails for one that it has not."""
    blocks = {place: text for _, place, text in _BLOCK.findall(PAGE.read_text())}
    for place in places:
        assert place in blocks, f"docs/editors.md has no block for ~/{place}"
        path = home / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(blocks[place])
