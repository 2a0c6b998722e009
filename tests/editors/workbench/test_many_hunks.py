"""A thousand hunks: the list scrolls, and each one can be reached and decided."""

import pytest

pytestmark = [pytest.mark.real, pytest.mark.chromium, pytest.mark.xdist_group("workbench")]
N_HUNKS = 1000
FRAMES = """() => new Promise(done => {
  const gaps = []; let last = performance.now();
  const frame = now => { gaps.push(now - last); last = now; gaps.length < 120 ? requestAnimationFrame(frame) : done(gaps); };
  requestAnimationFrame(frame);
})"""


def test_a_list_of_a_thousand_hunks_scrolls_to_its_end(own_desk, measured):
    lines = [f"value_{number} = {number}\n" for number in range(N_HUNKS * 3)]
    (own_desk.root / "table.py").write_text("".join(lines))
    lines[::3] = [f"value_{number} = {number + 1}\n" for number in range(0, N_HUNKS * 3, 3)]
    proposal = own_desk.propose({"table.py": "".join(lines)}, "count from one")
    assert len(proposal["hunks"]) == N_HUNKS
    bench = own_desk.sit()
    bench.show_container()
    tree = bench.tree("Proposals")
    tree.row("count from one")
    tree.open("table.py")
    tree.row("p1.1 ")
    tree.pane.hover()
    still = sorted(bench.page.evaluate(FRAMES))
    gaps = bench.page.evaluate_handle(f"window.gaps = ({FRAMES})()")
    for _ in range(60):
        bench.page.mouse.wheel(0, 700)
    moving = sorted(gaps.evaluate("gaps => gaps"))
    measured(
        f"VS Code, frames in ms while 1,000 hunks scroll: median {moving[60]:.0f}, p95 {moving[114]:.0f};"
        f" at rest: median {still[60]:.0f}, p95 {still[114]:.0f}"
    )
    tree.pane.locator(".monaco-list").focus()
    bench.keys.press("End")
    tree.row(f"p1.{N_HUNKS} ")
    bench.shot("thousand-hunks")
    tree.row(f"p1.{N_HUNKS} ").click()
    editor_lines = bench.page.locator(".part.editor .view-lines").first
    bench.until(lambda: "value_2997" in editor_lines.inner_text(), "the last hunk in its file")
    tree.press(f"p1.{N_HUNKS} ", "Accept")
    own_desk.until_state({f"p1.{N_HUNKS}": "applied", "p1.1": "proposed"})
    bench.until(lambda: "applied" in tree.row(f"p1.{N_HUNKS} ").inner_text(), "it is told")
