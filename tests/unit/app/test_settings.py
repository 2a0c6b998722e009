"""Settings: later files win, but a repository may only tighten what the user said."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from agentxd.app.settings import SettingsBook
from agentxd.kernel.errors import InvalidRequestError, NotFoundError, StorageError


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
    "a repository switches the index off": ("index_enabled", {"project": False}, False),
    "a repository does not switch it on": (
        "index_enabled",
        {"user": False, "project": True, "local": True},
        False,
    ),
    "where text is sent is the user's alone": (
        "index_embedder_url",
        {"project": "http://evil.example"},
        "",
    ),
    "which embedder is the user's alone": ("index_embedder", {"project": "openai"}, "static"),
    "languages of other servers add up": (
        "index_language_server_off",
        {"user": ["python"], "project": ["go"]},
        ["python", "go"],
    ),
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


NAMES = ("anthropic", "openai", "ollama", "acme", "mechanic", "scripted")
REFUSED = {
    "no address": ("provider.ollama.url", "banana"),
    "another scheme": ("provider.openai.url", "ftp://x"),
    "no host": ("provider_openai_url", "http:///v1"),
    "no port": ("provider.openai.url", "http://x:port"),
    "a gap": ("provider.openai.url", "http://x y"),
    "a third party's address": ("provider.acme.url", "acme"),
    "a provider misspelled": ("provider.ollma.url", "http://x"),
    "a map with one misspelled": ("provider_urls", {"acme": "http://x", "ollma": "http://x"}),
    "no such provider": ("provider", "antropic"),
    "no such embedder": ("index_embedder", "statik"),
    "an address of an embedder that is none": ("index_embedder_url", "localhost:11434"),
    "a chain": ("model_chains", {"default": ["antropic/x"]}),
    "a chain of a role": ("model.chains.tester", ["openai", "antropic"]),
    "no way of routing": ("model_routing", "dice"),
    "no wire": ("provider.openai.wire", "telegraph"),
    "no effort": ("provider_effort", "much"),
}


@pytest.mark.parametrize(("key", "value"), REFUSED.values(), ids=REFUSED)
def test_a_value_without_a_meaning_is_refused_with_a_next_step(tmp_path, key, value):
    with pytest.raises(InvalidRequestError) as refused:
        SettingsBook(str(tmp_path), str(tmp_path), lambda: NAMES).set(key, value, "user")
    assert refused.value.next_step
    if "such provider" in refused.value.message:
        assert "anthropic, openai, ollama, acme" in refused.value.next_step
    assert not (tmp_path / ".agent").exists()


GOOD = {
    "a host": ("provider.ollama.url", "http://127.0.0.1:11434"),
    "https": ("provider.openai.url", "https://x.example/v1"),
    "brackets": ("provider.openai.url", "http://[::1]:8000/v1"),
    "nothing": ("provider.openai.url", ""),
    "a third party": ("provider.acme.url", "http://acme"),
    "a chain": ("model_chains", {"default": ["acme/x/y", "mechanic"]}),
    "routing": ("model_routing", "score"),
    "wire": ("provider.openai.wire", "chat"),
    "provider": ("provider", "acme"),
}


@pytest.mark.parametrize(("key", "value"), GOOD.values(), ids=GOOD)
def test_a_value_with_a_meaning_is_taken(tmp_path, key, value):
    kept = SettingsBook(str(tmp_path / "work"), str(tmp_path / "home"), lambda: NAMES)
    kept.set(key, value, "user")
    assert kept.effective()[2] == []


BY_HAND = {
    "an address stays, for nothing may be sent elsewhere": ("provider_openai_url", "banana", True),
    "a provider stays": ("provider", "antropic", True),
    "a chain stays": ("model_chains", {"default": ["antropic/x"]}, True),
    "a word is passed over": ("model_routing", "dice", False),
}


@pytest.mark.parametrize(("key", "value", "stays"), BY_HAND.values(), ids=BY_HAND)
def test_what_was_written_by_hand_is_told(tmp_path, key, value, stays):
    kept = book(tmp_path, user={key: value})
    for _ in range(2):  # the second time nothing is checked again
        settings, _, warnings = kept.effective()
        assert (getattr(settings, key) == value) == stays
        assert len(warnings) == 1
        assert key.split("_")[0] in warnings[0]


def test_a_file_that_is_mended_is_read_again(tmp_path):
    kept = book(tmp_path, user={"provider": "antropic"})
    assert kept.effective()[2]
    book(tmp_path, user={"provider": "anthropic"})
    assert kept.effective()[2] == []


def test_what_is_taken_out_is_the_default_again(tmp_path):
    kept = book(tmp_path, user={"budget_steps": 7, "provider": "x", "no_such_setting": 1})
    kept.set("model.chains.default", ["mechanic"], "user")
    for key in ("budget_steps", "provider", "no_such_setting", "model.chains.default"):
        kept.set(key, None, "user")
    assert (tmp_path / "home/.agent/settings.json").read_text() == "{}\n"
    with pytest.raises(NotFoundError, match="budget_steps is not set in") as caught:
        kept.set("budget_steps", None, "user")
    assert caught.value.next_step


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_a_file_that_cannot_be_read_is_not_written_over(tmp_path, text):
    kept = book(tmp_path, user=text)
    with pytest.raises(StorageError) as caught:
        kept.set("budget_steps", 7, "user")
    assert caught.value.next_step
    assert (tmp_path / "home/.agent/settings.json").read_text() == text


class CountingBook(SettingsBook):
    """Counts how often the files are read."""

    n_read = 0

    def _read_all(self):
        self.n_read += 1
        return super()._read_all()


class TrustingBook(CountingBook):
    """Takes each change for one of long ago."""

    settled_ns = 0


@pytest.fixture
def counting(tmp_path):
    book(tmp_path, user={"budget_steps": 5})
    return TrustingBook(str(tmp_path / "work"), str(tmp_path / "home"))


def test_files_that_look_as_they_did_are_not_read_again(counting):
    assert [counting.effective()[0].budget_steps for _ in range(3)] == [5, 5, 5]
    assert counting.n_read == 1


CHANGES = {
    "another file in its place": lambda file: replaced(file, '{"budget_steps": 6}'),
    "longer in place": lambda file: file.write_text('{"budget_steps": 6 }'),
    "none": lambda file: file.unlink(),
}


def replaced(file, text):
    (file.parent / "new").write_text(text)
    (file.parent / "new").replace(file)


@pytest.mark.parametrize(("change", "steps"), [*zip(CHANGES, (6, 6, 200), strict=True)])
def test_a_file_that_looks_otherwise_is_read_again(counting, tmp_path, change, steps):
    assert counting.effective()[0].budget_steps == 5
    CHANGES[change](tmp_path / "home" / ".agent" / "settings.json")
    assert counting.effective()[0].budget_steps == steps


def test_a_file_that_just_changed_is_read_each_time(tmp_path):
    book(tmp_path, user={"budget_steps": 5})
    counting = CountingBook(str(tmp_path / "work"), str(tmp_path / "home"))
    file = tmp_path / "home" / ".agent" / "settings.json"
    for steps in (6, 7, 8):
        file.write_text(f'{{"budget_steps": {steps}}}')
        assert counting.effective()[0].budget_steps == steps
    assert counting.n_read == 3


LINKS = {
    "the user's folder": "home/.agent",
    "a folder of somebody else": "elsewhere",
}


@pytest.mark.parametrize("target", LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("scope", ["project", "local"])
def test_a_repository_s_link_is_not_written_through(tmp_path, target, scope):
    kept = book(tmp_path, user={"permission_deny": ["run(rm *)"], "budget_steps": 5})
    for folder in ("work", "elsewhere"):
        (tmp_path / folder).mkdir()
    (tmp_path / "work/.agent").symlink_to(tmp_path / target)
    before = (tmp_path / "home/.agent/settings.json").read_text()
    for key, value in (("permission_deny", []), ("budget_steps", 999), ("budget_steps", None)):
        with pytest.raises(InvalidRequestError) as caught:
            kept.set(key, value, scope)
        assert caught.value.next_step
    assert (tmp_path / "home/.agent/settings.json").read_text() == before
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_a_home_that_is_a_workspace_has_only_the_user_s_file(tmp_path):
    kept = SettingsBook(str(tmp_path), str(tmp_path))
    with pytest.raises(InvalidRequestError):
        kept.set("budget_steps", 5, "project")
    kept.set("budget_steps", 5, "user")
    assert kept.effective()[0].budget_steps == 5


def test_what_stands_in_each_file_is_told_also_where_it_does_not_count(tmp_path):
    kept = book(tmp_path, user={"budget_steps": 5}, project={"budget_steps": 900, "junk": 1})
    assert kept.written() == {
        "user": {"budget_steps": 5},
        "project": {"budget_steps": 900},
        "local": {},
    }
    assert book(tmp_path, user="{").written()["user"] == {}


def test_rules_that_several_daemons_write_at_once_are_all_kept(tmp_path):
    (tmp_path / "home").mkdir()
    books = [SettingsBook(str(tmp_path / f"work{n}"), str(tmp_path / "home")) for n in range(4)]

    def add(number):
        for count in range(20):
            books[number].add_rules("permission_allow_in", f"/w{number}", [f"run(make {count})"])

    with ThreadPoolExecutor(len(books)) as pool:
        list(pool.map(add, range(len(books))))
    written = books[0].written()["user"]["permission_allow_in"]
    assert {len(written[f"/w{n}"]) for n in range(len(books))} == {20}
