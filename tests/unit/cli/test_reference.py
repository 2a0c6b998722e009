"""The command line's page is what the command table says."""

from agentxd_cli.exit_codes import Exit
from agentxd_cli.reference import PAGE, page
from agentxd_cli.table import COMMANDS


def test_the_page_has_not_drifted():
    assert PAGE.read_text() == page()


def test_every_command_and_exit_code_is_on_the_page():
    text = page()
    assert all(f"### `agentxd {command.name}`" in text for command in COMMANDS)
    assert all(f"| {code.value} | {code.name} | " in text for code in Exit)
