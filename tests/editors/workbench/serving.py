"""VS Code's own server for a run of the workbench: one process, its settings, its extensions."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

START_TIMEOUT_S = 60.0
SETTINGS: dict[str, object] = {
    "security.workspace.trust.enabled": False,
    "security.workspace.trust.startupPrompt": "never",
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.enableExperiments": False,
    "workbench.tips.enabled": False,
    "workbench.colorTheme": "Default Dark Modern",
    "window.commandCenter": False,
    "chat.disableAIFeatures": True,
    "git.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "files.autoSave": "off",
    "files.hotExit": "off",
    "editor.minimap.enabled": False,
    "editor.autoClosingBrackets": "never",
    "editor.quickSuggestions": {"other": "off"},
    "editor.cursorBlinking": "solid",
    "editor.stickyScroll.enabled": False,
    "workbench.reduceMotion": "on",
    "search.quickOpen.includeHistory": False,
}
"""What keeps a run quiet and the same each time; nothing here concerns the extension."""
CLOSE_EDITOR, CLEAR_MESSAGES = "Control+Alt+F11", "Control+Alt+F12"
KEYS = [
    {"key": "ctrl+alt+f11", "command": "workbench.action.revertAndCloseActiveEditor"},
    {"key": "ctrl+alt+f12", "command": "notifications.clearAll"},
]
"""What tidies up between scenarios."""


class CodeServer:
    """One running server; its browsers come and go."""

    def __init__(self, product: Path, folder: Path, environment: Mapping[str, str]) -> None:
        self.data = folder / "vscode"
        self._node = product / "node"
        self._main = product / "server/out/server-main.js"
        self.environment = {**environment, "EXTENSIONS_GALLERY": "{}"}
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        (self.data / "data/User").mkdir(parents=True)
        (self.data / "data/User/keybindings.json").write_text(json.dumps(KEYS))
        self.set_settings()

    def url(self, folder: Path) -> str:
        """Of the workbench with this folder open."""
        return f"http://127.0.0.1:{self.port}/?{urlencode({'folder': str(folder)})}"

    def set_settings(self, **changed: object) -> None:
        """The user's settings, for the browsers that come; dots are written as two underscores."""
        named = {name.replace("__", "."): value for name, value in changed.items()}
        path = self.data / "data/User/settings.json"
        path.write_text(json.dumps(SETTINGS | named, indent=2))

    def install(self, vsix: Path) -> None:
        """As a user does: from the packed file."""
        done = subprocess.run(
            [*self._command(), "--install-extension", str(vsix)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        told = done.stdout + done.stderr
        assert done.returncode == 0, told
        assert "successfully installed" in told, told

    def start(self) -> None:
        """Return when it listens. Raises AssertionError with its output where it does not."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = ["--host", "127.0.0.1", "--port", str(self.port), "--without-connection-token"]
        log = self.data / "server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*self._command(), *words, "--telemetry-level", "off"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        last = time.monotonic() + START_TIMEOUT_S
        while not self._listens():
            assert self._process.poll() is None, log.read_text()
            assert time.monotonic() < last, f"it does not listen: {log.read_text()}"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it with its extension hosts; daemons are sessions of their own and stay."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)

    def _command(self) -> list[str]:
        folders = ["--server-data-dir", self.data, "--extensions-dir", self.data / "extensions"]
        words = ["--accept-server-license-terms", *folders]
        return [str(self._node), str(self._main), *map(str, words)]

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True


@contextmanager
def code_server(
    product: Path, folder: Path, vsix: Path, environment: Mapping[str, str]
) -> Iterator[CodeServer]:
    """A server with the extension in it; gone at the end."""
    server = CodeServer(product, folder, environment)
    server.install(vsix)
    try:
        server.start()
        yield server
    finally:
        server.stop()
