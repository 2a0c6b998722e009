"""Hunks reviewed in the workbench as a person does it: from the list, the file, the diff, the keyboard."""

import pytest
from conversations import start
from editors.workbench.desks import Desk
from editors.workbench.pages import Workbench

pytestmark = [pytest.mark.real, pytest.mark.chromium, pytest.mark.xdist_group("workbench")]
RATES = "parcel/rates.py"


def three_hunks(desk: Desk) -> list[str]:
    """A proposal of three hunks in one file; their ids from the top."""
    text = desk.read(RATES)
    text = text.replace("import os\nimport sys\n", "import sys\n")
    text = text.replace("if not zone in RATES", "if zone not in RATES")
    proposal = desk.propose({RATES: text.replace("return 0.05", "return 0.1")}, "tidy the rates")
    return [hunk["id"] for hunk in sorted(proposal["hunks"], key=lambda one: one["startLine"])]


def no_refactor_preview(bench: Workbench) -> None:
    assert not bench.page.get_by_text("Refactor Preview").is_visible(), bench.seen()


def test_a_proposal_appears_its_diff_opens_and_a_lens_accepts_a_hunk(desk):
    bench = desk.sit()
    bench.show_container()
    first, second, third = three_hunks(desk)
    tree = bench.tree("Proposals")
    tree.row("tidy the rates")
    tree.row("rates.py").click()
    bench.until(lambda: any("what the agent changed" in tab for tab in bench.tabs()), "a diff")
    bench.until_shown("return 0.1")
    bench.shot("proposal-and-diff")
    editor = bench.open_file(RATES)
    editor.until_lens(f"Accept {third}")
    bench.shot("lenses")
    editor.press_lens(f"Accept {third}")
    desk.until_state({first: "proposed", second: "proposed", third: "applied"})
    editor.until_text("return 0.1")
    no_refactor_preview(bench)
    bench.until(lambda: not any(third in line for line in editor.lenses()), "its lens gone")
    assert editor.is_dirty(), "what is open is changed in its editor, not behind it"
    assert "0.05" in desk.read(RATES)
    editor.save()
    assert "return 0.1" in desk.read(RATES)


def test_a_rejected_hunk_leaves_the_file_as_it_is_and_is_told_in_the_list(desk):
    bench = desk.sit()
    first, second, third = three_hunks(desk)
    editor = bench.open_file(RATES)
    editor.until_lens(f"Accept {second}")
    editor.press_lens("Reject", beside=f"Accept {second}")
    desk.until_state({first: "proposed", second: "rejected", third: "proposed"})
    bench.until(lambda: not any(second in line for line in editor.lenses()), "its lens gone")
    assert "if not zone in RATES" in editor.text()
    bench.show_container()
    row = bench.tree("Proposals").row(second)
    bench.until(lambda: "rejected" in row.inner_text(), "the list that tells it")
    assert not editor.is_dirty()


def test_a_hunk_is_edited_before_it_is_accepted(desk):
    bench = desk.sit()
    third = three_hunks(desk)[2]
    editor = bench.open_file(RATES)
    editor.until_lens(f"Accept {third}")
    editor.press_lens("Edit", beside=f"Accept {third}")
    bench.until(lambda: any("save to keep it" in tab for tab in bench.tabs()), "its lines to edit")
    bench.until_shown("return 0.1")
    bench.page.locator(".editor.modified .view-lines").first.click()
    bench.keys.press("Control+Home")
    bench.keys.press("Shift+End")
    bench.keys.type("    return 0.125")
    bench.shot("edit-a-hunk")
    bench.keys.press("Control+s")
    desk.until_state({third: "edited"})
    editor = bench.open_file(RATES)
    editor.press_lens(f"Accept {third}")
    editor.until_text("return 0.125")
    desk.until_state({third: "applied"})


def test_a_whole_proposal_is_reviewed_with_the_keyboard_alone(desk):
    bench = desk.sit()
    first, second, third = three_hunks(desk)
    bench.open_file(RATES).until_lens(f"Accept {first}")
    for hunk, keys, state in (
        (first, "y", "applied"),
        (second, "n", "rejected"),
        (third, "y", "applied"),
    ):
        bench.keys.press("Alt+F7")
        bench.until(lambda hunk=hunk: _preview_of(bench, hunk), f"{hunk} shown")
        bench.shot("hunk-shown" if hunk == second else f"keyboard-{state}")
        bench.keys.press("Control+k")
        bench.keys.press(keys)
        desk.until_state({hunk: state})
    editor = bench.open_file(RATES)
    bench.until(lambda: editor.lenses() == [], "nothing left to review")
    assert "return 0.1" in editor.text()
    bench.keys.press("Control+k")
    bench.keys.press("b")
    desk.until_state({third: "undone", first: "applied"})
    editor.until_text("return 0.05")


def _preview_of(bench: Workbench, hunk: str) -> bool:
    shown = bench.page.locator(
        ".part.editor .review-widget:visible, .part.editor .zone-widget:visible"
    )
    return any(hunk in text for text in shown.all_inner_texts())


def test_unsaved_text_and_what_is_typed_beside_a_hunk_meanwhile_lose_nothing(desk):
    bench = desk.sit()
    second = three_hunks(desk)[1]
    editor = bench.open_file(RATES)
    editor.until_lens(f"Accept {second}")
    editor.go(13)
    bench.keys.press("End")
    bench.keys.type("  # unsaved, above")
    editor.until_text("# unsaved, above")
    editor.go(17)
    bench.keys.press("End")
    words = "  # typed while it was accepted, and every letter of it stays"
    accepting = start(desk.house, "accept", second)  # from elsewhere: nobody's hands leave the keys
    bench.keys.type(words, delay=15)
    told = accepting.communicate(timeout=60)
    assert accepting.returncode == 0, told
    desk.until_state({second: "applied"})
    editor.until_text(words)
    assert "# unsaved, above" in editor.text()
    assert "if zone not in RATES" in editor.text()
    assert "if not zone in RATES" not in editor.text()
    bench.shot("typed-meanwhile")
    no_refactor_preview(bench)
    editor.save()
    saved = desk.read(RATES)
    assert f"    return RATES[zone]{words}\n" in saved
    assert saved.count("# unsaved, above") == 1
