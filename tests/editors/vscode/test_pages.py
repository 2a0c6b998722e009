"""Chat and canvas in Chromium: what a model says is only text, and everything works by keys."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from editors.vscode.pages import Json, WebPage, head, html_of, item
from editors.workbench.chromium import chromium, chromium_path
from editors.workbench.installing import packed_extension
from needs import need
from playwright.sync_api import BrowserContext, Playwright, expect

pytestmark = [
    pytest.mark.real,
    pytest.mark.chromium,
    pytest.mark.xdist_group("vscode-host"),
    pytest.mark.timeout(240),
]
HOSTILE = """<script>window.isHacked = true</script><img src=x onerror="window.isHacked = true">
<iframe src="https://evil.test/"></iframe><style>body { display: none }</style>

![seen](https://evil.test/pixel.png) [run](javascript:window.isHacked=true) [go](command:workbench.action.quit)
[docs](https://example.test/docs "title") <https://auto.test/> [file](src/a.py:3)

```html
<script>window.isHacked = true</script>
```
"""


@pytest.fixture(scope="module")
def browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    path = chromium_path()
    need(path, "Chromium (.ci/install-chromium)")
    assert path
    with chromium(playwright, tmp_path_factory.mktemp("pages"), path) as found:
        yield found


@pytest.fixture(scope="module")
def vsix() -> Path:
    return packed_extension()


@pytest.fixture(scope="module")
def htmls(product: Path) -> dict[str, str]:
    return {name: html_of(product / "node", name) for name in ("chat", "canvas")}


@pytest.fixture
def chat(browser: BrowserContext, vsix: Path, htmls: dict[str, str]) -> Iterator[WebPage]:
    page = WebPage(browser, vsix, "chat", htmls["chat"])
    page.until_said("ready")
    page.tell(type="daemon", isRunning=True, trouble=None)
    yield page
    assert page.errors == []
    page.close()


@pytest.fixture
def canvas(browser: BrowserContext, vsix: Path, htmls: dict[str, str]) -> Iterator[WebPage]:
    page = WebPage(browser, vsix, "canvas", htmls["canvas"])
    page.until_said("ready")
    page.tell(type="scene", scene=scene())
    yield page
    assert page.errors == []
    page.close()


def reset(chat: WebPage, *items: Json, n_earlier: int = 0, **heads: object) -> None:
    chat.tell(type="reset", head=head(**heads), items=items, cards=[], nEarlier=n_earlier)


def test_what_a_model_says_is_only_text(chat: WebPage) -> None:
    reset(chat, item("text", "m1", text=HOSTILE), item("user", "u1", text=HOSTILE))
    words = chat.page.locator(".markdown").first
    expect(words).to_contain_text("<script>window.isHacked = true</script>")
    for tag in ("script", "img", "iframe", "style", "object", "svg a", "form form"):
        assert chat.page.locator(f".scroller {tag}").count() == 0, tag
    assert chat.page.evaluate("() => window.isHacked") is None
    assert chat.requests == []
    links = words.locator("a")
    assert [link.get_attribute("href") for link in links.all()] == ["#"] * links.count()
    links.filter(has_text="docs").click()
    assert chat.until_said("openLink")["url"] == "https://example.test/docs"
    links.filter(has_text="[image: seen]").click()
    assert chat.until_said("openLink", 2)["url"] == "https://evil.test/pixel.png"
    assert chat.requests == []


def test_markdown_that_streams_is_drawn_as_if_it_had_come_at_once(chat: WebPage) -> None:
    text = "# Title\n\nsome *words*\n\n- one\n- two\n  - three\n\n```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nend"
    reset(chat, item("text", "m1", text="", isLive=True), item("text", "m2", text=text))
    for piece in (text[at : at + 3] for at in range(0, len(text), 3)):
        chat.tell(type="grown", id="m1", text=piece)
    streamed, whole = chat.page.locator(".markdown").all()
    expect(streamed).to_contain_text("end")
    assert streamed.inner_html() == whole.inner_html()
    assert whole.get_by_role("heading", name="Title").count() == 1
    chat.tell(
        type="items", added=[], changed=[item("thinking", "m1", text="a thought")], removed=[]
    )
    expect(chat.page.get_by_role("article", name="Thinking")).to_have_count(1)
    assert chat.page.locator(".item").count() == 2


def test_a_prompt_is_written_sent_stopped_and_recalled_by_keys(chat: WebPage) -> None:
    reset(chat)
    box = chat.page.get_by_role("textbox", name="Prompt")
    box.fill("one")
    box.press("Shift+Enter")
    box.type("two")
    assert chat.said("send") == []
    box.press("Enter")
    assert chat.until_said("send")["text"] == "one\ntwo"
    box.press("Enter")
    assert len(chat.said("send")) == 1, "it is sent twice"
    chat.tell(type="sent", isSent=True)
    expect(box).to_have_value("")
    box.press("ArrowUp")
    expect(box).to_have_value("one\ntwo")
    box.press("Escape")
    assert chat.said("stop") == []
    chat.tell(type="head", head=head(state="running", runningTaskId="t1", runningSinceMs=1))
    expect(chat.page.get_by_role("button", name="Stop")).to_be_visible()
    box.press("Escape")
    assert chat.said("stop") == [], "a key that closes things everywhere stops a turn"
    box.press("Control+Escape")
    chat.until_said("stop")
    chat.page.get_by_label("What a prompt does").select_option("queue")
    assert chat.until_said("setMode")["queueMode"] == "queue"


def test_sessions_are_chosen_by_keys(chat: WebPage) -> None:
    reset(chat)
    chat.page.get_by_role("button", name="Session: a session").click()
    chat.until_said("listSessions")
    rows = [
        {"id": name, "title": f"goal {name}", "description": "idle", "mood": "idle"}
        for name in ("s3", "s2", "s1")
    ]
    chat.tell(type="sessions", sessions=rows)
    options = chat.page.get_by_role("option")
    expect(options).to_have_count(4)
    expect(options.nth(3)).to_be_focused()
    for key in ("ArrowUp", "ArrowUp", "Enter"):
        chat.page.keyboard.press(key)
    assert chat.until_said("open")["sessionId"] == "s3"
    expect(chat.page.get_by_role("textbox", name="Prompt")).to_be_focused()


def test_draft_and_session_are_there_after_a_reload(chat: WebPage) -> None:
    reset(chat)
    chat.page.get_by_role("textbox", name="Prompt").fill("half a thou")
    chat.page.reload()
    assert chat.until_said("ready")["sessionId"] == "s1"
    expect(chat.page.get_by_role("textbox", name="Prompt")).to_have_value("half a thou")


def test_a_long_transcript_keeps_a_small_page(
    chat: WebPage, measured: Callable[[str], None]
) -> None:
    reset(chat, *(item("text", f"m{at}", text=f"answer **{at}**") for at in range(150)))
    for start in range(150, 5150, 50):
        added = [item("tool", f"m{at}", output="x" * 500) for at in range(start, start + 50)]
        chat.tell(type="items", added=added, changed=[], removed=[])
    expect(chat.page.locator('[data-id="m5149"]')).to_be_in_viewport()
    assert chat.page.locator(".item").count() <= 600
    expect(chat.page.get_by_role("button", name="Show earlier")).to_have_count(1)
    chat.tell(
        type="items", added=[item("text", "live", text="", isLive=True)], changed=[], removed=[]
    )
    worst = chat.page.evaluate(_STREAM)
    measured(f"VS Code, chat of 500 items, 600 streamed pieces: the worst frame {worst:.0f} ms")
    expect(chat.page.locator('[data-id="live"]')).to_contain_text("piece 599")


def test_what_was_before_comes_when_one_goes_there(chat: WebPage) -> None:
    reset(
        chat,
        *(item("text", f"m{at}", text=f"answer {at}") for at in range(150, 300)),
        n_earlier=150,
    )
    chat.page.locator(".scroller").evaluate("one => { one.scrollTop = 0; }")
    assert chat.until_said("earlier")["before"] == "m150"
    before = [item("text", f"m{at}", text=f"answer {at}") for at in range(150)]
    chat.tell(type="earlier", items=before, cards=[], nEarlier=0)
    expect(chat.page.locator(".item")).to_have_count(300)
    expect(chat.page.locator('[data-id="m150"]')).to_be_in_viewport()
    chat.page.get_by_role("button", name="Go to the newest").click()
    expect(chat.page.locator('[data-id="m299"]')).to_be_in_viewport()


def test_a_screen_reader_hears_answers_and_turning_points(chat: WebPage) -> None:
    reset(chat, item("user", "u1", text="hi"))
    heard = chat.page.get_by_role("status")
    chat.tell(
        type="items", added=[item("text", "m1", text="All is", isLive=True)], changed=[], removed=[]
    )
    chat.tell(type="items", added=[], changed=[item("text", "m1", text="All is well.")], removed=[])
    expect(heard).to_have_text("Agent: All is well.")
    chat.tell(type="items", added=[item("end", "t1.end")], changed=[], removed=[])
    expect(heard).to_contain_text("The turn ended: done")
    assert chat.page.evaluate(_NAMELESS) == []
    chat.page.keyboard.press("Alt+ArrowUp")
    expect(chat.page.get_by_role("article", name="End of t1")).to_be_focused()
    chat.page.keyboard.press("Alt+ArrowUp")
    expect(chat.page.get_by_role("article", name="Agent")).to_be_focused()


def test_a_proposal_is_decided_and_opened_from_its_card(chat: WebPage) -> None:
    reset(chat, item("proposal", "p1"))
    hunk = {"id": "p1.1", "state": "proposed", "isOpen": True, "size": "+1 −1"}
    card = {
        "proposalId": "p1",
        "title": "mend it",
        "state": "to review",
        "mood": "open",
        "nOpen": 1,
        "evidence": [{"command": "make test", "verdict": "passes", "isGood": True}],
        "files": [{"path": "a.py", "kind": "modified", "hunks": [hunk]}],
    }
    chat.tell(type="cards", cards=[card])
    chat.page.get_by_role("button", name="Hunk p1.1").click()
    assert chat.until_said("openHunk")["hunkId"] == "p1.1"
    chat.page.get_by_role("button", name="Accept 1 hunk").press("Enter")
    assert chat.until_said("accept")["ids"] == ["p1"]
    done = card | {"nOpen": 0, "state": "applied", "mood": "good"}
    chat.tell(type="cards", cards=[done | {"files": []}])
    expect(chat.page.get_by_role("button", name="Accept")).to_have_count(0)
    chat.page.get_by_role("button", name="Review").click()
    assert chat.until_said("openProposal")["proposalId"] == "p1"


def test_an_error_is_told_with_its_next_step_until_it_is_dismissed(chat: WebPage) -> None:
    reset(chat)
    chat.tell(type="trouble", trouble={"message": "there is no key", "nextStep": "agentxd key set"})
    alert = chat.page.get_by_role("alert")
    expect(alert).to_contain_text("there is no key")
    expect(alert).to_contain_text("agentxd key set")
    chat.page.get_by_role("button", name="Dismiss").click()
    expect(alert).to_be_hidden()


def test_the_canvas_is_walked_and_opened_by_keys(canvas: WebPage) -> None:
    page = canvas.page
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem")).to_have_count(4)
    assert [one.get_attribute("tabindex") for one in tree.get_by_role("treeitem").all()].count(
        "0"
    ) == 1
    page.get_by_role("treeitem", name="Goal s1").focus()
    for key, name in (
        ("ArrowRight", "Task t1"),
        ("ArrowRight", "Task t2"),
        ("ArrowDown", "Proposal p1"),
        ("ArrowUp", "Task t2"),
        ("Home", "Goal s1"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("treeitem", name=name)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert canvas.until_said("open")["id"] == "t1"
    task = page.get_by_role("treeitem", name="Task t2")
    assert task.get_attribute("aria-label") == "Task t2: goal of t2. running. implementer. After t1"
    assert (task.get_attribute("aria-level"), task.get_attribute("aria-setsize")) == ("3", "2")


def test_the_canvas_zooms_pans_and_remembers(canvas: WebPage) -> None:
    page = canvas.page
    where = "() => document.querySelector('.sheet').style.transform"
    begun = page.evaluate(where)
    page.get_by_role("treeitem", name="Goal s1").focus()
    page.keyboard.press("+")
    nearer = page.evaluate(where)
    assert nearer != begun
    page.keyboard.press("0")
    assert page.evaluate(where) == begun
    page.locator(".frame").hover(position={"x": 5, "y": 5})
    page.mouse.wheel(40, 30)
    panned = page.evaluate(where)
    assert panned != begun
    page.reload()
    canvas.until_said("ready")
    canvas.tell(type="scene", scene=scene())
    expect(page.get_by_role("treeitem")).to_have_count(4)
    assert page.evaluate(where) == panned
    page.get_by_label("What is shown").select_option("all")
    assert canvas.until_said("scope")["scope"] == "all"


def test_the_canvas_tells_states_that_change_and_keeps_the_focus(canvas: WebPage) -> None:
    page = canvas.page
    task = page.get_by_role("treeitem", name="Task t2")
    task.focus()
    canvas.tell(type="scene", scene=scene("done", "good"))
    expect(page.get_by_role("status")).to_have_text("t2: done")
    expect(task).to_be_focused()
    expect(task).to_contain_text("done")


def test_nothing_moves_where_less_motion_is_wanted(canvas: WebPage) -> None:
    page = canvas.page
    moving = "() => document.getAnimations().filter(one => one.playState === 'running').length"
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_function(f"() => ({moving})() === 0")
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate("() => document.body.classList.add('vscode-reduce-motion')")
    page.wait_for_function(f"() => ({moving})() === 0")


def scene(state: str = "running", mood: str = "live") -> Json:
    """A goal with two tasks, of which one waited for the other, and a proposal."""
    kinds = {"s1": "goal", "t1": "task", "t2": "task", "p1": "proposal"}
    states = {"t2": (state, mood)}
    nodes = [
        {
            "id": name,
            "kind": kind,
            "goalId": "s1",
            "title": f"goal of {name}",
            "state": states.get(name, ("done", "good"))[0],
            "mood": states.get(name, ("done", "good"))[1],
            "details": [name, "implementer"],
            "runningSinceMs": 0,
        }
        for name, kind in kinds.items()
    ]
    edges = [
        {"from": "s1", "to": "t1", "kind": "has"},
        {"from": "t1", "to": "t2", "kind": "needs"},
        {"from": "t1", "to": "p1", "kind": "made"},
    ]
    layers = {"s1": (0, 0), "t1": (1, 0), "t2": (2, 0), "p1": (2, 1)}
    placed = [
        {"id": name, "layer": layer, "x": layer * 300, "y": row * 120}
        for name, (layer, row) in layers.items()
    ]
    curves = [{**edge, "points": [{"x": 0, "y": 0}, {"x": 50, "y": 50}]} for edge in edges]
    layout = {"nodes": placed, "curves": curves, "width": 840, "height": 212}
    goals = [{"id": "s1", "title": "goal of s1"}]
    graph = {"nodes": nodes, "edges": edges}
    return {"graph": graph, "layout": layout, "goals": goals, "scope": "live", "isCurrent": True}


_NAMELESS = """() => [...document.querySelectorAll('button, select, textarea')]
  .filter(one => !one.ariaLabel && !one.textContent.trim()).map(one => one.outerHTML)"""
_STREAM = """async () => {
  let worst = 0;
  for (let at = 0; at < 600; at += 10) {
    for (let piece = at; piece < at + 10; piece += 1) {
      window.postMessage({type: 'grown', id: 'live', text: `piece ${piece} `}, '*');
    }
    const began = performance.now();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    worst = Math.max(worst, performance.now() - began);
  }
  return worst;
}"""
