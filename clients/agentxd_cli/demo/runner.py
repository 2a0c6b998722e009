"""The demo's story, step by step, told by the real commands on the bundled sample."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from agentxd_cli.demo.editor import DemoEditor
from agentxd_cli.terminal import paint

_GOAL = "fix lint and modernise syntax"
_KEYS = ("ANTHROPIC_", "OPENAI_", "OLLAMA_", "XDG_CONFIG_HOME")
"""The demo costs nothing, whatever keys there are."""
_N_HUNKS = 3
"""One to accept, one to reject, one to merge."""


class Demo:
    """Plays the main job in a temporary folder that is gone afterwards."""

    def __init__(self, *, is_coloured: bool, is_kept: bool) -> None:
        self._is_coloured = is_coloured
        self._is_kept = is_kept
        self._folder = Path(tempfile.mkdtemp(prefix="agentx-demo-"))
        self._root = self._folder / "parcel"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(_KEYS)},
            "AGENTXD_STATE_DIR": str(self._folder / "state"),
            "AGENTXD_RUNTIME_DIR": str(self._folder / "run"),
            "HOME": str(self._folder / "home"),
        }

    def play(self) -> int:
        """The exit code: 0 where every step did what it says."""
        try:
            self._prepare()
            self._story()
        finally:
            self._clean_up()
        return 0

    # --- the story ----------------------------------------------------------------------------

    def _story(self) -> None:
        self._say("1. The mechanic: an agent with rules and no model, really at work in a sandbox")
        self._agentxd("doctor", may_fail=True)
        self._agentxd("run", _GOAL, "--provider", "mechanic")
        first = self._open_proposals()[-1]
        self._agentxd("show", first["id"])
        hunks = [hunk["id"] for hunk in first["hunks"]]
        self._expect(len(hunks) >= _N_HUNKS, "the mechanic proposes at least three hunks")
        self._say("2. One hunk accepted, one rejected; until now no file has changed")
        self._expect(not self._git("status", "--short"), "the working tree is untouched")
        self._agentxd("accept", hunks[0])
        self._agentxd("reject", hunks[1], "--reason", "not now")
        self._show_diff()
        self._say("3. A hunk accepted while an editor holds unsaved text in the same file")
        self._merge_with_typing(first, hunks[2])
        self._say("4. The undo: exactly that first hunk, nothing else")
        self._agentxd("undo", hunks[0])
        self._show_diff()
        self._say("5. A scripted agent: its words are written down beforehand, its tools are real")
        script = resources.files("agentxd_cli.demo") / "script.json"
        self._agentxd(
            "run", "add the island zone", "--provider", "scripted", "--script", str(script)
        )
        second = self._open_proposals()[-1]
        self._agentxd("accept", second["id"], "--verify")
        self._show_diff()
        self._say("6. Replay: everything again from the log, no model and no network")
        self._agentxd("replay", "t2")
        self._say('That was it. In a project of your own: agentxd run "fix lint"')

    def _merge_with_typing(self, proposal: dict[str, Any], hunk: str) -> None:
        path = next(item["path"] for item in proposal["hunks"] if item["id"] == hunk)
        typed = "# typed meanwhile, not saved"
        os.environ.update(self._environment)
        editor = DemoEditor(self._root, path)
        editor.open()
        editor.type_line('"""', typed)
        self._print(f"  (an editor has {path} open, and someone typed: {typed})")
        before = editor.text
        self._agentxd("accept", hunk)
        self._expect(typed in editor.text, "the typed line is still there")
        self._expect(editor.text != before, "the hunk is in the editor's text")
        self._print("  The editor's text now, still unsaved:")
        for line in editor.text.splitlines()[:12]:
            self._print(f"  | {line}")
        editor.close()

    # --- helpers ------------------------------------------------------------------------------

    def _prepare(self) -> None:
        for name in ("state", "run", "home"):
            (self._folder / name).mkdir(mode=0o700)
        sample = resources.files("agentxd_cli.demo") / "sample"
        with resources.as_file(sample) as source:
            shutil.copytree(source, self._root, ignore=shutil.ignore_patterns("__pycache__"))
        self._git("init", "-q")
        self._git("add", "-A")
        author = ("-c", "user.name=demo", "-c", "user.email=demo@example.invalid")
        self._git(*author, "commit", "-qm", "parcel 1.4.0")

    def _clean_up(self) -> None:
        self._run(["stop", "--force"])
        if self._is_kept:
            self._print(f"kept: {self._folder}")
        else:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _agentxd(self, *arguments: str, may_fail: bool = False) -> None:
        shown = " ".join(f'"{word}"' if " " in word else Path(word).name for word in arguments)
        self._print(self._bold(f"$ agentxd {shown}"))
        done = self._run(arguments)
        self._print("".join(f"  {line}\n" for line in done.stdout.splitlines()), end="")
        if done.returncode and not may_fail:
            raise DemoError(f"agentxd {shown} ended with {done.returncode}: {done.stderr.strip()}")

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "agentxd_cli", *arguments],
            cwd=self._root,
            env=self._environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def _open_proposals(self) -> list[dict[str, Any]]:
        done = self._run(["proposals", "--json"])
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return [proposal for proposal in found if proposal["state"] in ("open", "partial")]

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self._root, capture_output=True, text=True, check=True
        )
        return done.stdout

    def _show_diff(self) -> None:
        self._print(self._bold("$ git diff --stat"))
        for line in self._git("diff", "--stat").splitlines():
            self._print(f"  {line}")

    def _expect(self, is_true: object, what: str) -> None:
        if not is_true:
            raise DemoError(f"expected that {what}")
        self._print(f"  ✓ {what}")

    def _say(self, title: str) -> None:
        self._print("\n" + self._bold(title))

    def _bold(self, text: str) -> str:
        return paint(text, "bold") if self._is_coloured else text

    def _print(self, text: str, end: str = "\n") -> None:
        print(text, end=end, flush=True)


class DemoError(Exception):
    """A step did not do what the demo says it does."""
