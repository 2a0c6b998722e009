"""Where the real parts are: VS Code, and the packed extension."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]


def vscode() -> Path | None:
    """The folder that `.ci/install-vscode` fills, or None where it did not run."""
    tools = Path(os.environ.get("AGENTX_TOOLS", Path.home() / ".cache/agentx-tools"))
    found = tools / "vscode"
    return found if (found / ".installed").exists() else None


def packed_extension() -> Path:
    """The `.vsix` that AGENTX_VSIX names, else the newest, packed anew. Raises CalledProcessError."""
    if named := os.environ.get("AGENTX_VSIX"):
        return Path(named)
    subprocess.run(["make", "-s", "vsix"], cwd=ROOT, check=True, capture_output=True)
    return max((ROOT / "dist").glob("*.vsix"), key=lambda path: path.stat().st_mtime)
