"""The list of tasks in a real Neovim: live, and with keys that do what they say."""

import pytest
from conversations import call
from editors.neovim.driving import write_script
from editors.neovim.lists import (
    begin,
    go_to,
    lines_of,
    under_cursor,
    until_called,
    until_shown,
    until_task,
)

SLEEP = call("run", command="sleep 60")
NOTE = call("write", path="NOTE.md", content="a note\n")


@pytest.fixture
def quiet(open_neovim):
    """An editor in which a goal opens nothing."""
    editor = open_neovim(setup='{ run = { open = "none" } }')
    editor.edit("README.md")
    return editor


@pytest.mark.real
def test_a_goal_with_a_selection_runs_and_its_task_is_listed_under_it(quiet, workspace):
    quiet.agentx("tasks")
    quiet.agentx("run fix lint in parcel")
    quiet.was_told("works on it")
    until_shown(quiet, "tasks", "▾ fix lint in parcel")
    done = until_shown(quiet, "tasks", "✓ done", "mechanic")
    assert "→ p" in done
    assert quiet.was_told(" done: p")
    assert quiet.value("vim.bo.buftype .. vim.bo.filetype") == "nofileagentx-tasks"


@pytest.mark.real
def test_a_task_that_is_settled_is_known_to_be(quiet, workspace):
    task = begin(quiet, write_script(workspace, NOTE), "settle")
    until_task(quiet, task, "completed")
    quiet.until_lua("require('agentxd.state').task(...).isSettled", task)


@pytest.mark.real
def test_the_cursor_stays_on_its_task_while_others_come(quiet, workspace):
    begin(quiet, write_script(workspace, NOTE), "the first of two")
    quiet.agentx("tasks")
    go_to(quiet, "tasks", "the first of two")
    begin(quiet, write_script(workspace), "the second of two")
    until_shown(quiet, "tasks", "the second of two")
    texts = "\n".join(lines_of(quiet, "tasks"))
    assert texts.index("the second of two") < texts.index("the first of two")
    assert "the first of two" in under_cursor(quiet)


@pytest.mark.real
def test_pause_and_go_on_by_the_same_key(quiet, workspace):
    task = begin(quiet, write_script(workspace, call("run", command="sleep 1"), NOTE), "hold on")
    quiet.agentx("tasks")
    until_task(quiet, task, "running")
    go_to(quiet, "tasks", f" {task} ")
    quiet.type("p")
    until_shown(quiet, "tasks", "‖ paused", f" {task} ")
    quiet.type("p")
    until_task(quiet, task, "completed")


@pytest.mark.real
def test_cancel_asks_first_and_leaves_what_ended_alone(quiet, workspace):
    task = begin(quiet, write_script(workspace, NOTE, SLEEP), "to be cancelled")
    quiet.agentx("tasks")
    until_task(quiet, task, "running")
    go_to(quiet, "tasks", f" {task} ")
    quiet.lua("vim.fn.confirm = function() return 2 end")
    quiet.type("x")
    assert under_cursor(quiet).count("running") == 1
    quiet.lua("vim.fn.confirm = function() return 1 end")
    quiet.type("x")
    until_shown(quiet, "tasks", "■ cancelled", f" {task} ")
    quiet.type("x")
    quiet.was_told(f"{task} cannot be cancelled: it is cancelled")


@pytest.mark.real
def test_taking_over_keeps_the_work_as_a_proposal(quiet, workspace):
    steps = NOTE, call("run", command="sleep 2"), SLEEP
    task = begin(quiet, write_script(workspace, *steps), "to be taken over")
    quiet.agentx("tasks")
    until_called(quiet, task, "run")
    go_to(quiet, "tasks", f" {task} ")
    quiet.type("t")
    line = until_shown(quiet, "tasks", "» taken over", f" {task} ")
    assert "→ p" in line
    go_to(quiet, "tasks", f" {task} ")
    quiet.type("o")
    until_shown(quiet, "proposals", "NOTE.md", "created")


@pytest.mark.real
def test_folding_a_goal_and_opening_its_transcript(quiet, workspace):
    task = begin(quiet, write_script(workspace, {"text": "I have looked."}), "fold me")
    until_task(quiet, task, "no_change")
    quiet.agentx("tasks")
    go_to(quiet, "tasks", f" {task} ")
    quiet.type("<Tab>")
    until_shown(quiet, "tasks", "▸ fold me")
    assert all(f" {task} " not in line for line in lines_of(quiet, "tasks"))
    assert "fold me" in under_cursor(quiet)
    quiet.type("<CR>")
    until_shown(quiet, "chat", "I have looked.")


@pytest.mark.real
def test_plain_symbols_and_other_keys_where_somebody_wants_them(open_neovim, workspace):
    options = (
        '{ ui = { symbols = "ascii" }, list_keys = { tasks = { fold = "z", close = false } } }'
    )
    editor = open_neovim(setup=options)
    editor.edit("README.md")
    task = begin(editor, write_script(workspace), "plain")
    until_task(editor, task, "no_change")
    editor.agentx("tasks")
    text = "\n".join(lines_of(editor, "tasks"))
    assert "- plain" in text
    assert text.isascii()
    assert editor.value("vim.fn.maparg('z', 'n', false, true).desc").startswith("AgentX: fold")
    assert editor.value("vim.tbl_isempty(vim.fn.maparg('q', 'n', false, true))")
    editor.type("g?")
    editor.until_lua("vim.api.nvim_win_get_config(0).relative ~= ''")
    assert any("z" in line and "fold" in line for line in editor.lines())


def test_a_wrong_option_of_a_list_is_named(open_neovim):
    editor = open_neovim(setup="")
    problem = editor.value("select(2, pcall(require('agentxd').setup, { ui = { symbol = 'x' } }))")
    assert "ui.symbol: there is no such option" in problem
