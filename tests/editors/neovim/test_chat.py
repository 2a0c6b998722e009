"""The chat in a real Neovim, on a model that speaks a vendor's wire from the loopback."""

import pytest
from daemons import daemon_house
from editors.neovim.driving import Neovim
from editors.neovim.lists import go_to, lines_of, under_cursor, until_gone, until_shown
from loopback import answer, call, model_server, thought

pytestmark = pytest.mark.real
SLOW_S = 0.15


@pytest.fixture(scope="module")
def server():
    with model_server() as found:
        yield found


@pytest.fixture(scope="module")
def workspace(neovim, tmp_path_factory, server):
    with daemon_house(tmp_path_factory.mktemp(neovim.parts[-3])) as found:
        found.env |= {"ANTHROPIC_API_KEY": "sk-ant-loopback", "ANTHROPIC_BASE_URL": server.url}
        found.cli("config", "set", "idle_exit_seconds", "60")
        found.cli("tasks")
        yield found


@pytest.fixture
def editor(open_neovim, workspace):
    env = {name: workspace.env[name] for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")}
    found = open_neovim(env=env)
    found.edit("README.md")
    return found


def say(editor, text):
    """Type into the prompt and send it while typing."""
    editor.until_lua("vim.bo.filetype == 'agentx-prompt'")
    editor.type(f"<Esc>i{text}<C-s>")


def new_chat(editor):
    editor.agentx("chat new")
    editor.until_lua("vim.bo.filetype == 'agentx-prompt'")


def test_a_prompt_is_answered_with_thinking_folded_and_a_line_for_each_tool(editor, server):
    server.play(
        answer(thought("First I look\nand then I see."), "I look.", call("read", path="README.md")),
        answer("It is **parcel**.\n\n```\ncode\n```"),
    )
    new_chat(editor)
    say(editor, "what is this?")
    until_shown(editor, "chat", "› what is this?")
    until_shown(editor, "chat", "✓ read README.md")
    until_shown(editor, "chat", "It is **parcel**.")
    until_shown(editor, "chat", "– no change", " steps", "tokens in")
    go_to(editor, "chat", "∴ thinking", "+2")
    assert "First I look" not in "\n".join(lines_of(editor, "chat"))
    editor.type("<Tab>")
    until_shown(editor, "chat", "    and then I see.")
    assert "thinking" in under_cursor(editor)
    editor.type("zR")
    until_shown(editor, "chat", "      path: README.md")
    editor.type("zM")
    until_gone(editor, "chat", "and then I see.")
    assert editor.value("vim.api.nvim_buf_get_name(0):match('chat/s%d')")
    assert editor.value("vim.bo.modifiable") is False


def test_words_are_shown_as_they_come_and_the_prompt_is_not_disturbed(editor, server):
    words = " ".join(f"word{n}" for n in range(1, 25))
    server.play(answer(words, pace_s=SLOW_S))
    new_chat(editor)
    say(editor, "speak slowly")
    until_shown(editor, "chat", "word1 word2")
    editor.type("<Esc>inext thought")
    assert "word24" not in "\n".join(lines_of(editor, "chat"))
    assert "works, <C-c> stops it" in editor.value("vim.wo.winbar")
    until_shown(editor, "chat", "word23 word24")
    assert editor.lines() == ["next thought"]
    editor.until_lua("vim.wo.winbar:find('sends', 1, true) ~= nil")


def test_stopping_ends_the_turn_and_keeps_its_work(editor, server):
    server.play(
        answer(call("write", path="STOPPED.md", content="so far\n")),
        answer(" ".join(["endless"] * 200), pace_s=SLOW_S),
    )
    new_chat(editor)
    say(editor, "work without end")
    until_shown(editor, "chat", "endless endless")
    editor.type("<Esc>")
    editor.until_lua("vim.api.nvim_get_mode().mode == 'n'")
    editor.type("<C-c>")
    editor.was_told("stopping; what was done so far is kept")
    until_shown(editor, "chat", "→ p", "1 hunk in 1 file", "1 open")
    until_shown(editor, "chat", "■ cancelled")
    go_to(editor, "chat", "→ p")
    editor.type("<CR>")
    until_shown(editor, "proposals", "STOPPED.md", "created")


def test_what_is_said_meanwhile_joins_the_turn(editor, server):
    server.play(
        answer(*(["slowly"] * 12), call("read", path="README.md"), pace_s=SLOW_S),
        answer("I heard you."),
    )
    new_chat(editor)
    say(editor, "begin")
    until_shown(editor, "chat", "slowly")
    say(editor, "in English, please")
    until_shown(editor, "chat", "› in English, please", "waits")
    until_shown(editor, "chat", "I heard you.")
    until_gone(editor, "chat", "waits")
    assert lines_of(editor, "chat").count("› in English, please") == 1
    asked = server.requests[-1].body["messages"]
    assert "in English, please" in str(asked)


def test_selected_lines_go_along_with_the_next_prompt(editor, server):
    server.play(answer("A heading."))
    editor.nvim.command("edit README.md | 1")
    editor.nvim.command("1,2AgentX chat new")
    editor.until_lua("vim.wo.winbar:find('+ README.md:1-2', 1, true) ~= nil")
    say(editor, "what is this line?")
    until_shown(editor, "chat", "A heading.")
    said = str(server.requests[-1].body["messages"])
    assert "`README.md`, lines 1 to 2" in said
    assert "# parcel" in said
    assert "README.md" not in editor.value("vim.wo.winbar")


def test_the_model_is_chosen_from_what_the_providers_have_now(editor, server):
    new_chat(editor)
    editor.lua(
        """vim.ui.select = function(items, options, done)
             for _, item in ipairs(items) do
               if options.format_item(item):find('claude-loopback', 1, true) then return done(item) end
             end
           end"""
    )
    editor.type("<Esc>gm")
    editor.until_lua("vim.wo.winbar:find('anthropic/claude-loopback', 1, true) ~= nil")
    server.play(answer("Small and quick."))
    say(editor, "who are you?")
    until_shown(editor, "chat", "Small and quick.")
    assert "claude-loopback" in server.requests[-1].body["model"]


def test_history_is_there_after_a_restart_of_the_editor(neovim, workspace, open_neovim, server):
    editor = Neovim(neovim, workspace)
    editor.edit("README.md")
    server.play(answer("I shall remember."))
    new_chat(editor)
    say(editor, "remember this")
    until_shown(editor, "chat", "I shall remember.")
    session = editor.value("vim.api.nvim_buf_get_name(0):match('prompt/(s%d+)')")
    editor.close()
    again = open_neovim()
    again.edit("README.md")
    again.agentx(f"chat {session}")
    until_shown(again, "chat", "› remember this")
    until_shown(again, "chat", "I shall remember.")
    assert next(line for line in lines_of(again, "chat") if "remember this" in line).startswith(
        session
    )
    again.lua("_G.answer = 1")
    again.agentx("sessions")
    again.until_lua("#_G.asked > 0")


def test_the_talk_goes_on_where_the_daemon_was_killed(editor, server, workspace):
    server.play(answer("Before the crash."))
    new_chat(editor)
    say(editor, "say something")
    until_shown(editor, "chat", "Before the crash.")
    before = lines_of(editor, "chat")
    workspace.kill()
    workspace.cli("tasks")
    editor.until_lua("require('agentxd.client').state() == 'running'")
    server.play(answer("After the crash."))
    say(editor, "and now?")
    until_shown(editor, "chat", "After the crash.")
    assert lines_of(editor, "chat")[: len(before) - 1] == before[:-1]


def test_a_prompt_that_could_not_be_sent_is_still_there(editor, workspace):
    new_chat(editor)
    editor.lua(
        """require('agentxd.client').request = function(_, _, done)
             done({ code = 'x', message = 'the line is down', nextStep = '' })
           end"""
    )
    say(editor, "not lost")
    editor.was_told("the line is down")
    assert editor.lines() == ["not lost"]
