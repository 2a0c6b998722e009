"""The workbench as a person has it before them: what can be pressed and typed, what is seen."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from editors.workbench.serving import CLEAR_MESSAGES, CLOSE_EDITOR
from playwright.sync_api import Error, FrameLocator, Locator, Page
from playwright.sync_api import TimeoutError as NotSeenError

T = TypeVar("T")
LIMIT_S = 45.0
"""How long anything may take that a person waits for, on a busy machine."""
STEP_MS = 40
KEY_MS = 5_000


class Workbench:
    """One page with a folder open."""

    def __init__(self, page: Page, artefacts: Path) -> None:
        self.page = page
        self.keys = page.keyboard
        self._artefacts = artefacts

    # Waiting and telling

    def until(self, look: Callable[[], T], what: str, limit_s: float = LIMIT_S) -> T:
        """What `look` finds, as soon as it is something. Fails with what is seen instead."""
        last = time.monotonic() + limit_s
        while time.monotonic() < last:
            try:
                if found := look():
                    return found
            except (Error, OSError) as error:  # what is drawn anew, a daemon that comes back
                if "has been closed" in str(error):
                    raise
            self.page.wait_for_timeout(STEP_MS)
        raise AssertionError(f"never seen: {what}\n{self.seen()}")

    def shot(self, name: str) -> Path:
        """A picture of this moment among the artefacts."""
        path = self._artefacts / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled", caret="initial")
        return path

    def seen(self) -> str:
        """Everything that a person could read now, in words."""
        parts = {
            "notifications": self.notifications(),
            "dialog": self._texts(".monaco-dialog-box"),
            "quick input": self._texts(
                ".quick-input-widget:visible .quick-input-list .monaco-list-row"
            ),
            "side bar": self._texts(".part.sidebar .monaco-list-row"),
            "tabs": self._texts(".tabs-container .tab .label-name"),
            "editor": self._texts(".part.editor .editor-instance"),
            "panel": self._texts(".part.panel .monaco-list-row"),
            "status bar": self.status_items(),
            "webviews": self._webview_texts(),
        }
        return "\n".join(f"  {name}: {found}" for name, found in parts.items() if found)

    # Commands

    def command(self, title: str) -> None:
        """Run a command by its title in the palette, as a person types it."""
        self.palette(title)
        first = self.page.locator(".quick-input-list .monaco-list-row").first
        self.until(
            lambda: title.lower() in _plain(first.inner_text()).lower(), f"the command {title!r}"
        )
        self.keys.press("Enter")

    def palette(self, words: str) -> None:
        """Open the command palette with these words in it."""
        self._input_by("F1").fill(f">{words}")

    def press_until(self, shown: Locator, key: str) -> None:
        """Press a key once, and again only where it was not heard: a second time may undo the first."""

        def is_shown() -> bool:
            self.keys.press(key)
            try:
                shown.wait_for(timeout=KEY_MS)
            except NotSeenError:
                return False
            return True

        self.until(is_shown, f"what {key} opens")

    def _input_by(self, key: str) -> Locator:
        """The input box that a key opens; a workbench that is not ready yet hears it later."""
        box = self.page.locator(".quick-input-widget:visible input").first
        self.keys.press("Escape")
        self.press_until(box, key)
        return box

    def answer(self, text: str) -> None:
        """Type into the input box that is open, and confirm it."""
        box = self.page.locator(".quick-input-widget:visible input").first
        self.until(box.is_visible, "an input box")
        box.fill(text)
        self.keys.press("Enter")

    def pick(self, words: str) -> None:
        """Choose a row of the quick pick that is open."""
        rows = self.page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row")
        row = rows.filter(has_text=words).first
        self.until(row.is_visible, f"{words!r} to pick")
        row.click()

    # Notifications, dialogs, status bar

    def notifications(self) -> list[str]:
        """Messages that are shown now."""
        return self._texts(".notifications-toasts .notification-list-item")

    def notification(self, words: str) -> Locator:
        """The message with these words, waited for."""
        found = self.page.locator(".notifications-toasts .notification-list-item")
        one = found.filter(has_text=words).first
        self.until(one.is_visible, f"a notification with {words!r}")
        return one

    def press_in_notification(self, words: str, button: str) -> None:
        """A button of a message."""
        one = self.notification(words)
        one.locator(".monaco-button").filter(has_text=button).first.click()

    def dialog_button(self, button: str) -> None:
        """A button of the modal dialog that is open."""
        found = self.page.locator(".monaco-dialog-box .monaco-button").filter(has_text=button).first
        self.until(found.is_visible, f"a dialog with {button!r}")
        found.click()

    def status_items(self) -> list[str]:
        """What the status bar says of AgentX."""
        items = self.page.locator('.statusbar-item[id*="agentx" i]:visible')
        return [_plain(item.get_attribute("aria-label") or "") for item in items.all()]

    def until_status(self, words: str) -> str:
        """The item of the status bar that matches, waited for."""
        pattern = re.compile(words, re.IGNORECASE)
        return self.until(
            lambda: next((item for item in self.status_items() if pattern.search(item)), ""),
            f"{words!r} in the status bar",
        )

    # Parts

    def close_everything(self) -> None:
        """No editor, no message, nothing of it saved."""
        self.keys.press("Escape")
        self.keys.press(CLEAR_MESSAGES)
        if self.page.locator(".part.panel").is_visible():
            self.keys.press("Control+j")
        tabs = self.page.locator(".tabs-container .tab")

        def is_empty() -> bool:
            if tabs.count():
                self.keys.press(CLOSE_EDITOR)
            return tabs.count() == 0

        self.until(is_empty, "no editor")

    def open_file(self, path: str) -> "Editor":
        """By name, as Ctrl-P does."""
        self._input_by("Control+p").fill(path)
        row = self.page.locator(".quick-input-list .monaco-list-row").first
        folder, _, name = path.rpartition("/")
        words = f"{name} {folder}".strip()

        def is_found() -> bool:  # a file of the disk, unsaved or not; no diff that was open of late
            label = row.get_attribute("aria-label") or ""
            return label.startswith(words) and label.endswith("file results")

        self.until(is_found, f"{path} to open")
        self.keys.press("Enter")
        label = self.page.locator(
            f'.editor-group-container.active .tab.active[data-resource-name="{name}"] .label-name'
        ).first
        self.until(lambda: "(" not in label.inner_text(), f"{path} in an editor")
        focused = self.page.locator(".editor-group-container.active .monaco-editor.focused").first
        self.until(focused.is_visible, f"the focus in {path}")  # what is typed before is lost
        found = Editor(self)
        self.until(found.text, f"the lines of {path}")
        return found

    def tabs(self) -> list[str]:
        """Titles of the editors, as a screen reader says them."""
        found = self.page.locator(".tabs-container .tab")
        return [_plain(tab.get_attribute("aria-label") or "") for tab in found.all()]

    def until_shown(self, words: str) -> None:
        """Wait for words anywhere among the editors."""
        area = self.page.locator(".part.editor")
        self.until(lambda: words in _plain(area.inner_text()), f"{words!r} among the editors")

    def tree(self, title: str) -> "Tree":
        """A view of the side bar or panel by its title."""
        return Tree(self, title)

    def show_container(self, title: str = "AgentX") -> None:
        """Bring the view container to the front."""
        item = self.page.locator(f'.activitybar .action-item:has(a[aria-label^="{title}"])').first
        self.until(item.is_visible, f"{title} in the activity bar")
        if item.get_attribute("aria-selected") != "true":
            item.click()
            self.page.mouse.move(640, 760)  # away from its tooltip

    def webview(self, mark: str) -> FrameLocator:
        """The webview that holds an element of this CSS selector, waited for."""

        def found() -> FrameLocator | None:
            for outer in self.page.locator("iframe.webview").all():
                inner = outer.content_frame.frame_locator("#active-frame")
                if inner.locator(mark).count():
                    return inner
            return None

        return self.until(found, f"a webview with {mark}")

    def _webview_texts(self) -> list[str]:
        found = []
        for outer in self.page.locator("iframe.webview").all():
            try:
                body = outer.content_frame.frame_locator("#active-frame").locator("body")
                found.append(_plain(body.inner_text(timeout=1000))[:600])
            except Error as error:
                found.append(f"({type(error).__name__})")
        return found

    def _texts(self, selector: str) -> list[str]:
        found = self.page.locator(selector).all_inner_texts()
        return [_plain(text)[:900] for text in found if text.strip()]


class Editor:
    """The text editor that has the focus; a diff editor's right side too."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._keys = bench.keys
        self.group = bench.page.locator(".editor-group-container.active").first

    def text(self, side: str = "") -> str:
        """The lines that are on the screen; `side` is original or modified in a diff."""
        scope = self.group.locator(f".editor.{side}" if side else ".editor-instance").first
        return scope.evaluate(_VISIBLE_LINES)

    def until_text(self, words: str) -> None:
        """Wait for them on the screen."""
        self._bench.until(lambda: words in self.text(), f"{words!r} in the editor")

    def lenses(self) -> list[str]:
        """Lines of code lenses from top to bottom, parts divided by bars."""
        found: list[str] = self.group.evaluate(_LENSES)
        return found

    def until_lens(self, words: str) -> list[str]:
        """All lens lines, as soon as one has these words."""
        return self._bench.until(
            lambda: [] if not any(words in line for line in self.lenses()) else self.lenses(),
            f"a lens with {words!r}",
        )

    def press_lens(self, words: str, beside: str = "") -> None:
        """Press the first one that begins so, on the line where another one says `beside`."""

        def pressed() -> bool:  # lenses are drawn anew while the text moves: one look, one press
            found = self.group.evaluate(_LENS_PLACE, [words, beside or words])
            if found:
                self._bench.page.mouse.click(*found)
            return bool(found)

        self._bench.until(pressed, f"a lens {words!r} beside {beside!r}")

    def go(self, line: int, column: int = 1) -> None:
        """The cursor to a place, counted from one, by Ctrl-G."""
        self._keys.press("Control+g")
        self._bench.answer(f":{line}:{column}")
        self._bench.page.locator(".quick-input-widget").first.wait_for(state="hidden")

    def line(self) -> int:
        """The line where the cursor is, counted from one."""
        label = self._bench.page.locator('[id="status.editor.selection"]').first.inner_text()
        found = re.search(r"Ln (\d+)", label)
        assert found, f"no line in the status bar: {label!r}"
        return int(found[1])

    def save(self) -> None:
        """Ctrl-S, until the tab says so."""
        self._keys.press("Control+s")
        self.until_clean()

    def is_dirty(self) -> bool:
        """Whether there is unsaved text."""
        return self.group.locator(".tab.active.dirty").count() > 0

    def until_clean(self) -> None:
        """Wait until nothing is unsaved."""
        self._bench.until(lambda: not self.is_dirty(), "a saved file")


class Tree:
    """A tree view by its title."""

    def __init__(self, bench: Workbench, title: str) -> None:
        self._bench = bench
        self.title = title
        header = f'.pane-header[aria-label^="{title}" i]'
        self.pane = bench.page.locator(f".pane:has(> {header})").first

    def rows(self) -> list[str]:
        """Labels and descriptions from top to bottom."""
        return [_plain(text) for text in self.pane.locator(".monaco-list-row").all_inner_texts()]

    def row(self, words: str) -> Locator:
        """The first row with these words, waited for."""
        one = self.pane.locator(".monaco-list-row").filter(has_text=words).first
        self._bench.until(one.is_visible, f"{words!r} in the view {self.title}")
        return one

    def until_gone(self, words: str) -> None:
        """Wait until no row has these words."""
        rows = self.pane.locator(".monaco-list-row").filter(has_text=words)
        self._bench.until(lambda: rows.count() == 0, f"no {words!r} in the view {self.title}")

    def open(self, words: str) -> Locator:
        """Expand a row."""
        row = self.row(words)
        if row.get_attribute("aria-expanded") == "false":
            row.locator(".monaco-tl-twistie").click()
            self._bench.until(
                lambda: row.get_attribute("aria-expanded") == "true", f"{words!r} unfolded"
            )
        return row

    def press(self, words: str, action: str) -> None:
        """A button on a row."""
        row = self.row(words)
        row.hover()
        row.locator(f'.action-label[aria-label^="{action}"]').first.click()


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


_VISIBLE_LINES = """editor => [...editor.querySelectorAll('.view-line')]
  .map(line => [parseFloat(line.style.top), line.textContent])
  .sort((one, other) => one[0] - other[0])
  .map(pair => pair[1].replaceAll('\\u00a0', ' ')).join('\\n')"""

_LENS_PLACE = """(group, [words, beside]) => {
  const top = group.querySelector('.lines-content').parentElement.getBoundingClientRect().top;
  const begins = start => link => link.innerText.replaceAll('\\u00a0', ' ').trim().startsWith(start);
  for (const line of group.querySelectorAll('.codelens-decoration')) {
    const links = [...line.querySelectorAll('a')];
    const link = links.some(begins(beside)) && links.find(begins(words));
    const box = link && link.getBoundingClientRect();
    if (box && box.width > 0 && box.top >= top) return [box.x + box.width / 2, box.y + box.height / 2];
  }
}"""

_LENSES = """group => [...group.querySelectorAll('.codelens-decoration')]
  .map(line => [line.getBoundingClientRect().top, line.innerText.replace(/[\\s\\u00a0]+/g, ' ').trim()])
  .filter(pair => pair[1])
  .sort((one, other) => one[0] - other[0])
  .map(pair => pair[1])"""
