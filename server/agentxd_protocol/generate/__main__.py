"""Writes, checks or lists what is generated: --write, --check (fails on drift), --dry-run."""

import argparse
import difflib
import json
import sys
from pathlib import Path

from agentxd_protocol.generate import markdown
from agentxd_protocol.generate.lua import lua
from agentxd_protocol.generate.manifest import manifest
from agentxd_protocol.generate.meanings import describe
from agentxd_protocol.generate.schema import definitions, whole
from agentxd_protocol.generate.typescript import typescript


def outputs() -> dict[str, str]:
    """Path from the top of the checkout to text."""
    describe()
    types = definitions()
    return {
        "docs/reference/protocol.schema.json": json.dumps(whole(), indent=2) + "\n",
        "docs/reference/protocol.md": markdown.protocol(types),
        "docs/reference/settings.md": markdown.settings(),
        "docs/reference/errors.md": markdown.errors(),
        "vscode-extension/src/protocol.gen.ts": typescript(types),
        "neovim-plugin/lua/agentxd/protocol_gen.lua": lua(types),
    }


def drift(root: Path, path: str, wanted: str) -> list[str]:
    """The difference between the file and what it must be; empty where there is none."""
    file = root / path
    found = file.read_text() if file.exists() else ""
    return list(
        difflib.unified_diff(found.splitlines(True), wanted.splitlines(True), path, path, n=1)
    )


def main() -> int:
    """0, or 1 where --check found drift."""
    parser = argparse.ArgumentParser(prog="agentxd_protocol.generate", description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    for name in ("write", "check", "dry-run"):
        mode.add_argument(f"--{name}", action="store_const", const=name, dest="mode")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[3])
    options = parser.parse_args()
    wanted = outputs() | manifest(options.root)
    stale = {path: text for path, text in wanted.items() if drift(options.root, path, text)}
    for path, text in stale.items():
        print(f"{'wrote' if options.mode == 'write' else 'out of date'}: {path}")
        if options.mode == "write":
            (options.root / path).parent.mkdir(parents=True, exist_ok=True)
            (options.root / path).write_text(text)
        elif options.mode == "check":
            print("".join(drift(options.root, path, text)[:20]))
    if stale and options.mode == "check":
        print("Run: make generate", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
