"""The pages of the packed extension in Chromium, with a stand-in for what VS Code gives them."""

import json
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from editors.vscode.hosting import EXTENSION
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Route

Json = dict[str, Any]
HOME = "http://page.test/"
_STAND_IN = """(() => {
  const said = [];
  window.said = said;
  window.acquireVsCodeApi = () => ({
    postMessage: message => said.push(JSON.parse(JSON.stringify(message))),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null'),
    setState: state => sessionStorage.setItem('state', JSON.stringify(state)),
  });
})()"""
_TYPES = {"js": "text/javascript", "css": "text/css"}


class WebPage:
    """One page of the extension under its own policy; what it says and asks for is remembered."""

    def __init__(self, browser: BrowserContext, vsix: Path, name: str, html: str) -> None:
        self._files = _files(vsix)
        self._name = name
        self._html = html
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page: Page = browser.new_page()
        self.page.add_init_script(_STAND_IN)
        self.page.on("request", self._requested)
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.route("**/*", self._answer)
        self.page.goto(HOME)

    def tell(self, **message: Any) -> None:
        """What the extension posts."""
        self.page.evaluate("message => window.postMessage(message, '*')", message)

    def said(self, kind: str) -> list[Json]:
        """What the page posted of one type."""
        found: list[Json] = self.page.evaluate("() => window.said")
        return [message for message in found if message["type"] == kind]

    def until_said(self, kind: str, n: int = 1) -> Json:
        """The newest of that type, as soon as there are `n`."""
        self.page.wait_for_function(
            "([kind, n]) => window.said.filter(one => one.type === kind).length >= n", arg=[kind, n]
        )
        return self.said(kind)[-1]

    def close(self) -> None:
        """Leave it."""
        self.page.close()

    def _answer(self, route: Route) -> None:
        name = route.request.url.removeprefix(HOME)
        if not name:
            route.fulfill(body=self._html, content_type="text/html")
        elif name in self._files:
            kind = _TYPES[name.rpartition(".")[2]]
            route.fulfill(body=self._files[name], content_type=kind)
        else:
            route.abort()

    def _requested(self, request: Request) -> None:
        if request.url not in {HOME, *(HOME + name for name in self._files)}:
            self.requests.append(request.url)

    def _told(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)


def html_of(node: Path, name: str) -> str:
    """The page as the extension writes it, with its policy. Raises CalledProcessError."""
    parts = {"title": name, "script": f"{name}.js", "style": f"{name}.css", "source": HOME}
    program = f"""
      const made = require('esbuild').buildSync({{entryPoints: ['src/webviews/page.ts'], bundle: true,
        platform: 'node', format: 'cjs', write: false}}).outputFiles[0].text;
      const module_ = {{exports: {{}}}};
      new Function('module', 'exports', 'require', made)(module_, module_.exports, require);
      process.stdout.write(module_.exports.pageOf({json.dumps(parts)}));
    """
    done = subprocess.run(
        [node, "-e", program], cwd=EXTENSION, check=True, capture_output=True, text=True
    )
    return done.stdout


def item(kind: str, name: str, **more: Any) -> Json:
    """An item of a transcript."""
    usual: Mapping[str, Json] = {
        "user": {"by": ""},
        "text": {"isLive": False},
        "thinking": {"isLive": False},
        "tool": {
            "tool": "run",
            "subject": "make",
            "input": "command: make",
            "state": "done",
            "ending": "",
            "output": "",
            "durationMs": 0,
        },
        "proposal": {"proposalId": name, "title": "a title"},
        "end": {"outcome": "completed", "reason": "", "nextStep": ""},
    }
    return {"kind": kind, "id": name, "taskId": "t1", **usual[kind], **more}


def head(**more: Any) -> Json:
    """A session without its transcript."""
    usual = {
        "sessionId": "s1",
        "title": "a session",
        "state": "idle",
        "runningTaskId": "",
        "runningSinceMs": 0,
        "queueMode": "steer",
        "model": "scripted",
        "waiting": [],
        "cost": "",
    }
    return usual | more


def _files(vsix: Path) -> dict[str, bytes]:
    folder = "extension/dist/webview/"
    with zipfile.ZipFile(vsix) as packed:
        names = [name for name in packed.namelist() if name.startswith(folder)]
        return {
            name.removeprefix(folder): packed.read(name)
            for name in names
            if name.endswith((".js", ".css"))
        }
