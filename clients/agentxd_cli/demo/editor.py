"""A stand-in for an editor: it opens a file through `agentxd lsp`, types, and applies edits."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

Json = dict[str, Any]


class DemoEditor:
    """Speaks LSP over the shim as any editor does; holds the unsaved text of one file."""

    def __init__(self, root: Path, path: str) -> None:
        self._root = root
        self._uri = (root / path).as_uri()
        self._version = 0
        self._next_id = 0
        self._answers: dict[int, Json] = {}
        self._arrived = threading.Condition()
        self.text = (root / path).read_text()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "agentxd_cli", "lsp", "--root", str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def open(self) -> None:
        """Shake hands and open the file."""
        capabilities = {
            "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}
        }
        self.request(
            "initialize",
            {"processId": None, "rootUri": self._root.as_uri(), "capabilities": capabilities},
        )
        self._notify("initialized", {})
        document = {"uri": self._uri, "languageId": "python", "version": 0, "text": self.text}
        self._notify("textDocument/didOpen", {"textDocument": document})

    def type_line(self, after: str, line: str) -> None:
        """Type a new line below the line that holds `after`; nothing is saved."""
        lines = self.text.splitlines(keepends=True)
        at = next(n for n, text in enumerate(lines) if after in text)
        lines.insert(at + 1, line + "\n")
        self._set_text("".join(lines))

    def request(self, method: str, params: Json, timeout_s: float = 30.0) -> Json:
        """Send a request and wait for its answer. Raises TimeoutError."""
        self._next_id += 1
        identity = self._next_id
        self._send({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})
        with self._arrived:
            if not self._arrived.wait_for(lambda: identity in self._answers, timeout_s):
                raise TimeoutError(f"{method} was not answered")
            return self._answers.pop(identity)

    def close(self) -> None:
        """Leave as an editor does."""
        self.request("shutdown", {})
        self._notify("exit", {})
        self._process.wait(timeout=10)

    def _set_text(self, text: str) -> None:
        self.text = text
        self._version += 1
        self._notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self._uri, "version": self._version},
                "contentChanges": [{"text": text}],
            },
        )

    def _notify(self, method: str, params: Json) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def _send(self, message: Json) -> None:
        body = json.dumps(message).encode()
        pipe = self._process.stdin
        if pipe is None:
            raise BrokenPipeError("the editor is not running")
        pipe.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        pipe.flush()

    def _read(self) -> None:
        pipe = self._process.stdout
        while pipe is not None and (message := _read_message(pipe)) is not None:
            if "method" not in message:
                with self._arrived:
                    self._answers[message["id"]] = message
                    self._arrived.notify_all()
            elif "id" in message:
                self._answer(message)

    def _answer(self, message: Json) -> None:
        result: Any = None
        if message["method"] == "workspace/applyEdit":
            self._apply(message["params"]["edit"])
            result = {"applied": True}
        self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def _apply(self, edit: Json) -> None:
        changes = edit.get("documentChanges") or []
        edits = [item for change in changes for item in change.get("edits", [])]
        edits += edit.get("changes", {}).get(self._uri, [])
        text = self.text
        for item in sorted(edits, key=lambda e: _key(e["range"]["start"]), reverse=True):
            start, end = (_offset(text, item["range"][side]) for side in ("start", "end"))
            text = text[:start] + item["newText"] + text[end:]
        self._set_text(text)


def _read_message(pipe: IO[bytes]) -> Json | None:
    length = 0
    while (line := pipe.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = pipe.read(length) if length else b""
    return json.loads(body) if body else None


def _key(position: Json) -> tuple[int, int]:
    return position["line"], position["character"]


def _offset(text: str, position: Json) -> int:
    """The sample is plain ASCII, so UTF-16 units are characters."""
    lines = text.splitlines(keepends=True)
    return sum(len(line) for line in lines[: position["line"]]) + int(position["character"])
