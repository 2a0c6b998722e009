"""Questions of agents in a real Neovim: when they are asked, answered and withdrawn."""

import pytest
from conversations import call
from editors.neovim.driving import write_script
from editors.neovim.lists import begin, until_task

pytestmark = pytest.mark.real
FLOAT = "vim.api.nvim_win_get_config(0).relative ~= ''"
OWN_CHOICE = "package.loaded['vim.ui'] = nil; vim.ui.select = require('vim.ui').select"


@pytest.fixture(autouse=True)
def asking(workspace):
    workspace.cli("config", "set", "permission_ask", '["run(echo *)"]')


def ask(editor, workspace, *words):
    steps = [call("run", command=f"echo {word}") for word in words]
    return begin(editor, write_script(workspace, *steps), " ".join(words))


def opened(open_neovim, options="idle_ms = 300", before=""):
    setup = f'{{ run = {{ open = "none" }}, approvals = {{ {options} }} }}'
    editor = open_neovim(setup=setup, before=before)
    editor.edit("README.md")
    return editor


def shown(editor):
    return "\n".join(editor.lines()) if editor.value(FLOAT) else ""


def test_an_idle_person_is_asked_with_the_rule_and_the_answer_counts(open_neovim, workspace):
    editor = opened(open_neovim, before=OWN_CHOICE)
    task = ask(editor, workspace, "one")
    editor.until_lua(FLOAT)
    text = shown(editor)
    assert "asks: run: echo one" in text
    assert "run(echo *)" in text
    assert "1  Allow once" in text
    editor.type("1")
    until_task(editor, task, "no_change")
    assert not editor.value(FLOAT)


def test_several_questions_come_one_after_the_other(open_neovim, workspace):
    editor = opened(open_neovim, before=OWN_CHOICE)
    tasks = [ask(editor, workspace, word) for word in ("first", "second")]
    seen = set()
    for _ in tasks:
        editor.until(lambda: shown(editor) and shown(editor) not in seen, "nothing more is asked")
        seen.add(shown(editor))
        editor.type("<CR>")
    for task in tasks:
        until_task(editor, task, "no_change")
    assert {"echo first" in text for text in seen} == {True, False}


def test_who_types_is_told_and_not_interrupted(open_neovim, workspace):
    editor = opened(open_neovim, before=OWN_CHOICE)
    editor.type("ohere")
    task = ask(editor, workspace, "quietly")
    editor.was_told("asks: run: echo quietly")
    for _ in range(30):
        editor.type(" and")
        assert not editor.value(FLOAT)
    assert editor.value("vim.api.nvim_get_mode().mode") == "i"
    assert editor.value("vim.api.nvim_get_current_line()").startswith("here and and")
    editor.type("<Esc>")
    editor.until_lua(FLOAT)
    editor.type("1")
    until_task(editor, task, "no_change")


def test_an_answer_from_elsewhere_takes_the_question_away(open_neovim, workspace):
    editor = opened(open_neovim, before=OWN_CHOICE)
    task = ask(editor, workspace, "away")
    editor.until_lua(FLOAT)
    (waiting,) = workspace.json("approvals")
    workspace.cli("approve", waiting["id"], "deny")
    editor.until_lua(f"not ({FLOAT})")
    assert "deny, by agentxd-cli" in editor.was_told(f"{waiting['id']} was answered elsewhere")
    until_task(editor, task, "no_change", "denied", "completed")


def test_what_is_closed_stays_open_until_it_is_asked_for(open_neovim, workspace):
    editor = opened(open_neovim, before=OWN_CHOICE)
    task = ask(editor, workspace, "later")
    editor.until_lua(FLOAT)
    editor.type("<Esc>")
    editor.was_told("stays open: :AgentX approve")
    editor.agentx("approve")
    editor.until_lua(FLOAT)
    editor.type("1")
    until_task(editor, task, "no_change")
    editor.agentx("approve")
    editor.was_told("no question waits")


def test_a_picker_that_somebody_has_set_is_used(open_neovim, workspace):
    editor = opened(open_neovim, before="_G.answer = 1")
    task = ask(editor, workspace, "picked")
    until_task(editor, task, "no_change")
    (asked,) = editor.value("_G.asked")
    assert "echo picked" in asked["prompt"]
    assert asked["items"][0] == "allow"


def test_an_answer_on_the_command_line_and_its_completion(open_neovim, workspace):
    editor = opened(open_neovim, options='ask = "never"')
    task = ask(editor, workspace, "typed")
    editor.was_told("asks: run: echo typed")
    identity = editor.until_lua("(require('agentxd.state').approvals()[1] or {}).id")
    assert editor.value("vim.fn.getcompletion('AgentX approve ', 'cmdline')") == [identity]
    options = editor.value("vim.fn.getcompletion(...)", f"AgentX approve {identity} ", "cmdline")
    assert {"allow", "deny"} <= set(options)
    assert editor.value("#_G.asked") == 0
    editor.agentx(f"approve {identity} allow")
    until_task(editor, task, "no_change")


def test_never_is_told_with_the_rule_that_it_writes(open_neovim, workspace):
    editor = opened(open_neovim, options='ask = "never"')
    task = ask(editor, workspace, "forever")
    editor.until_lua("#require('agentxd.state').approvals() == 1")
    words = editor.lua(
        """local approval = require('agentxd.state').approvals()[1]
           return vim.tbl_map(function(option)
             return require('agentxd.approvals').option(option, approval)
           end, approval.options)"""
    )
    assert any("Never allow: writes run(echo" in word for word in words), words
    editor.agentx("approve " + editor.value("require('agentxd.state').approvals()[1].id") + " deny")
    until_task(editor, task, "no_change", "denied", "completed")


def test_a_question_that_waits_as_an_editor_comes_is_told_there_once(open_neovim, workspace):
    task = ask(opened(open_neovim, "ask = 'never'"), workspace, "before")
    heard = """_G.heard = {}
               local show = vim.lsp.handlers['window/showMessage']
               vim.lsp.handlers['window/showMessage'] = function(error, result, ...)
                 table.insert(_G.heard, result.message)
                 return show(error, result, ...)
               end"""
    editor = opened(open_neovim, "ask = 'never'", before=heard)
    editor.was_told("asks: run: echo before")
    assert editor.value("_G.heard") == []
    assert len([found for found in editor.told() if "echo before" in found["text"]]) == 1
    name = editor.value("require('agentxd.state').approvals()[1].id")
    editor.agentx(f"approve {name} deny")
    until_task(editor, task, "no_change", "denied", "completed")
