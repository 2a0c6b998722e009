"""Settings: later files win, but a repository may only tighten what the user said."""

import json

import pytest
from agentxd.app.settings import SettingsBook
from agentxd.kernel.errors import InvalidRequestError


def book(tmp_path, **files):
    for scope, values in files.items():
        folder = tmp_path / ("home" if scope == "user" else "work") / ".agent"
        folder.mkdir(parents=True, exist_ok=True)
        name = "settings.local.json" if scope == "local" else "settings.json"
        text = values if isinstance(values, str) else json.dumps(values)
        (folder / name).write_text(text)
    return SettingsBook(str(tmp_path / "work"), str(tmp_path / "home"))


def effective(tmp_path, key, **files):
    return getattr(book(tmp_path, **files).effective()[0], key)


TIGHTENED = {
    "a deny rule of the user stays": (
        "permission_deny",
        {"user": ["run(rm *)"], "project": []},
        ["run(rm *)"],
    ),
    "a repository adds deny rules": (
        "permission_deny",
        {"user": ["a"], "project": ["b"], "local": ["a", "c"]},
        ["a", "b", "c"],
    ),
    "an ask rule of the user stays": (
        "permission_ask",
        {"user": ["run"], "local": []},
        ["run"],
    ),
    "a budget is not raised": ("budget_steps", {"user": 1, "project": 500}, 1),
    "a budget is not raised over the default": ("budget_steps", {"project": 500}, 200),
    "a budget is lowered": ("budget_steps", {"user": 50, "project": 5, "local": 7}, 5),
    "the user raises a budget": ("budget_steps", {"user": 900}, 900),
    "memory is not raised": ("sandbox_memory_mb", {"project": 90_000}, 2_048),
    "an allow rule is the user's alone": ("permission_allow", {"project": ["run"]}, []),
    "the sandbox is the user's alone": ("sandbox", {"project": "process"}, ""),
    "checks are the project's": ("check_commands", {"user": ["a"], "project": ["b"]}, ["b"]),
}


@pytest.mark.parametrize(("key", "values", "wanted"), TIGHTENED.values(), ids=TIGHTENED)
def test_invariant_11_a_repository_tightens_and_never_loosens(tmp_path, key, values, wanted):
    files = {scope: {key: value} for scope, value in values.items()}
    assert effective(tmp_path, key, **files) == wanted


BAD = {
    "no JSON": "{",
    "no object": "[1]",
    "unknown": '{"no_such_setting": 1}',
    "wrong type": '{"budget_steps": "many"}',
    "below one": '{"budget_steps": -5}',
    "zero": '{"budget_seconds": 0}',
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_file_is_told_and_changes_nothing(tmp_path, text):
    settings, sources, warnings = book(tmp_path, user=text).effective()
    assert settings.budget_steps == 200
    assert sources == {}
    assert len(warnings) == 1


@pytest.mark.parametrize(
    ("key", "value", "scope"),
    [
        ("budget_seconds", -5, "user"),
        ("budget_steps", "1", "user"),
        ("nothing", 1, "user"),
        ("sandbox", "process", "project"),
        ("permission_allow", ["run"], "local"),
        ("budget_steps", 1, "world"),
    ],
)
def test_what_may_not_be_set_is_refused_with_a_next_step(tmp_path, key, value, scope):
    with pytest.raises(InvalidRequestError) as refused:
        book(tmp_path).set(key, value, scope)
    assert refused.value.next_step


def test_what_is_set_is_read_again(tmp_path):
    kept = book(tmp_path)
    kept.set("budget_steps", 7, "user")
    kept.set("check_commands", ["make test"], "project")
    settings, sources, warnings = book(tmp_path).effective()
    assert (settings.budget_steps, settings.check_commands) == (7, ["make test"])
    assert (sources, warnings) == ({"budget_steps": "user", "check_commands": "project"}, [])
