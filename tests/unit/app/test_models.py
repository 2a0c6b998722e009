"""Providers as the settings make them, how each is told, and dotted names of settings."""

import os

import pytest
from agentxd.app.model_list import ModelList, check_of
from agentxd.app.models import ModelProviders, endpoint_of, split_model
from agentxd.app.settings import SettingsBook
from agentxd.kernel.errors import InvalidRequestError, NotFoundError, ProviderError
from agentxd.plugins.providers.worker.host import WorkerHost
from agentxd_protocol.setting import Settings, spelled
from loopback import model_server

KEYS = {"ANTHROPIC_API_KEY": "k-anthropic", "OPENAI_API_KEY": "k-openai"}


@pytest.fixture
def server():
    with model_server() as found:
        yield found


@pytest.fixture
async def listed():
    """Asks the providers with these settings and this environment."""
    hosts = []

    async def ask(settings, environment=None, only="", limit_s=10.0):
        environment = {"XDG_CONFIG_HOME": "/nowhere", **(environment or {})}
        host = WorkerHost(environment={**os.environ, **environment})
        hosts.append(host)
        providers = ModelProviders(lambda: settings, host, environment)
        found = ModelList(providers, lambda: settings, environment, limit_s)
        return {report.name: report for report in await found.reports(only)}

    yield ask
    for host in hosts:
        await host.close()


async def test_every_provider_is_asked_and_told_with_its_models(server, listed):
    settings = Settings(
        provider_anthropic_url=server.url,
        provider_openai_url=server.openai_url,
        provider_ollama_url=server.url,
    )
    found = await listed(settings, KEYS)
    assert list(found) == ["anthropic", "openai", "ollama"]
    names = [model.name for model in server.models]
    for report in found.values():
        assert report.is_reachable, report.reason
        assert [model.name for model in report.models] == names
        assert check_of(report)[0] == "ok"
    assert found["anthropic"].key_source == "ANTHROPIC_API_KEY"
    assert found["ollama"].key_source == ""
    assert [name for name, report in found.items() if report.is_chosen] == ["anthropic"]
    assert "k-anthropic" not in str(found)


async def test_one_without_a_key_is_not_asked_and_its_known_models_are_told(listed):
    report = (await listed(Settings(), only="anthropic"))["anthropic"]
    assert (report.is_reachable, report.is_set_up, report.is_chosen) == (False, False, False)
    assert "agentxd key set anthropic" in report.next_step
    assert report.models[0].context_tokens >= 200_000
    assert check_of(report)[0] == "warning"


async def test_the_chosen_one_that_is_gone_is_an_error(server, listed):
    settings = Settings(provider="openai", provider_openai_url=server.url_of("refused"))
    report = (await listed(settings, KEYS, "openai"))["openai"]
    assert (report.is_set_up, report.is_chosen) == (True, True)
    assert "nothing listens there" in report.reason
    assert check_of(report)[0] == "error"


async def test_one_that_does_not_answer_in_time_is_told(listed):
    settings = Settings(provider_ollama_url="http://127.0.0.1:9")
    report = (await listed(settings, only="ollama", limit_s=0.0))["ollama"]
    assert "did not answer within" in report.reason
    assert report.next_step


async def test_a_provider_that_nobody_has_is_not_found(listed):
    with pytest.raises(NotFoundError) as caught:
        await listed(Settings(), only="nobody")
    assert "anthropic, openai, ollama, mechanic, scripted" in caught.value.next_step


@pytest.mark.parametrize("name", ["mechanic", "scripted"])
async def test_one_without_a_model_answers_with_what_it_is(listed, name):
    report = (await listed(Settings(), only=name))[name]
    assert (report.is_reachable, report.models) == (True, ())
    assert "no model, no key" in report.about
    assert report.is_chosen == (name == "mechanic")


@pytest.mark.parametrize("name", ["openai", "anthropic", "ollama"])
async def test_an_address_without_the_api_is_told_as_one(server, listed, name):
    settings = Settings(**{f"provider_{name}_url": server.url + "/elsewhere"})
    report = (await listed(settings, KEYS, name))[name]
    assert f"There is no API of the kind of {name} at {server.url}/elsewhere" in report.reason
    assert "404" in report.reason
    assert f"agentxd config set provider.{name}.url" in report.next_step


async def test_an_address_that_is_none_is_told_and_never_asked(listed):
    report = (await listed(Settings(provider_openai_url="banana"), KEYS, "openai"))["openai"]
    assert report.is_set_up
    assert 'provider.openai.url cannot be "banana"' in report.reason
    assert "agentxd config set provider.openai.url http" in report.next_step


async def test_variables_are_told_by_name_and_never_by_value(listed):
    report = await listed(Settings(), {"OPENAI_BASE_URL": "http://127.0.0.1:9/secret"}, "openai")
    found = report["openai"]
    assert found.variables == ("OPENAI_API_KEY", "OPENAI_BASE_URL")
    assert found.variables_set == ("OPENAI_BASE_URL",)


CHOICES = {
    "nothing is there": ({}, {}, "mechanic"),
    "a key": ({}, {"OPENAI_API_KEY": "k"}, "openai"),
    "two keys": ({}, KEYS, "anthropic"),
    "an address in the settings": ({"provider_ollama_url": "http://x"}, {}, "ollama"),
    "an address in the environment": ({}, {"OLLAMA_HOST": "x:1"}, "ollama"),
    "a server of one's own": ({"provider_openai_url": "http://x/v1"}, {}, "openai"),
}


@pytest.mark.parametrize(("values", "environment", "wanted"), CHOICES.values(), ids=CHOICES)
def test_the_choice_is_automatic(values, environment, wanted):
    environment = {"XDG_CONFIG_HOME": "/nowhere", **environment}
    providers = ModelProviders(lambda: Settings(**values), environment=environment)
    assert providers.automatic() == wanted


KEY = {"ANTHROPIC_API_KEY": "k"}
MODELS = {
    # the settings, the environment, whose model, the first that it offers
    "of the automatic choice": ({"model": "mine"}, KEY, "anthropic", "mine"),
    "of the chosen one": ({"model": "mine", "provider": "openai"}, KEY, "openai", "mine"),
    "not of another": ({"model": "claude-opus-5-5"}, KEY, "openai", "gpt-6-sol"),
    "known of another": ({"model": "gpt-6-luna"}, KEY, "openai", "gpt-6-luna"),
    "with its provider": ({"model": "openai/gpt-6-luna"}, KEY, "openai", "gpt-6-luna"),
    "with another provider": ({"model": "openai/x"}, KEY, "anthropic", "claude-opus-5-5"),
    "as it is": ({"model": "openai/x", "provider": "openai"}, KEY, "openai", "openai/x"),
    "a slash of its own": ({"model": "qwen/x"}, {"OPENAI_API_KEY": "k"}, "openai", "qwen/x"),
}


@pytest.mark.parametrize(("values", "environment", "vendor", "wanted"), MODELS.values(), ids=MODELS)
def test_the_models_setting_goes_to_nobody_else(values, environment, vendor, wanted):
    environment = {"XDG_CONFIG_HOME": "/nowhere", **environment}
    providers = ModelProviders(lambda: Settings(**values), environment=environment)
    assert providers.make(vendor).models()[0] == wanted


def test_a_model_with_its_provider_is_the_automatic_choice():
    settings = Settings(model="openai/gpt-6-luna")
    providers = ModelProviders(lambda: settings, environment={"XDG_CONFIG_HOME": "/", **KEY})
    assert providers.automatic() == "openai"


LABELS = {
    "openai/gpt-6-sol": ("openai", "gpt-6-sol"),
    "openai/qwen/x": ("openai", "qwen/x"),
    "mechanic/rules": ("mechanic", "rules"),
    "qwen/x": ("", "qwen/x"),
    "openai/": ("", "openai/"),
    "gpt-6-sol": ("", "gpt-6-sol"),
    "": ("", ""),
}


@pytest.mark.parametrize(("label", "wanted"), LABELS.items(), ids=LABELS)
def test_a_label_is_taken_apart_where_its_first_part_is_a_provider(label, wanted):
    assert split_model(label) == wanted


def test_an_address_that_is_none_ends_what_would_use_it():
    with pytest.raises(ProviderError, match="must begin with http"):
        endpoint_of("openai", Settings(provider_openai_url="banana"))


def test_a_third_partys_address_comes_from_the_map():
    settings = Settings(provider_urls={"acme": "http://acme"}, provider_ollama_url="http://o")
    assert endpoint_of("acme", settings).url == "http://acme"
    assert endpoint_of("ollama", settings).url == "http://o"
    assert endpoint_of("other", settings).url == ""


SPELLINGS = {
    "provider.ollama.url": ("provider_ollama_url", ""),
    "provider_ollama_url": ("provider_ollama_url", ""),
    "provider.ollama.context": ("provider_ollama_context", ""),
    "budget.steps": ("budget_steps", ""),
    "provider": ("provider", ""),
    "provider.acme.url": ("provider_urls", "acme"),
    "provider.my-own.url": ("provider_urls", "my-own"),
    "provider.urls.acme": ("provider_urls", "acme"),
    "no.such.setting": ("no_such_setting", ""),
    "no_such_setting": ("no_such_setting", ""),
}


@pytest.mark.parametrize(("key", "wanted"), SPELLINGS.items(), ids=SPELLINGS)
def test_a_dotted_key_is_another_spelling(key, wanted):
    assert spelled(key) == wanted


def test_dotted_keys_are_set_beside_each_other(tmp_path):
    installed = ("acme", "other")
    book = SettingsBook(str(tmp_path / "work"), str(tmp_path / "home"), lambda: installed)
    book.set("provider.ollama.url", "http://o", "user")
    book.set("provider.acme.url", "http://a", "user")
    book.set("provider.other.url", "http://b", "user")
    settings, sources, warnings = book.effective()
    assert settings.provider_ollama_url == "http://o"
    assert settings.provider_urls == {"acme": "http://a", "other": "http://b"}
    assert (set(sources), warnings) == ({"provider_ollama_url", "provider_urls"}, [])


@pytest.mark.parametrize(
    "key", ["provider.ollama.url", "provider.acme.url", "model.chains.default"]
)
def test_what_only_the_user_may_set_is_refused_elsewhere_with_the_way_to_do_it(tmp_path, key):
    book = SettingsBook(str(tmp_path / "work"), str(tmp_path / "home"))
    with pytest.raises(InvalidRequestError) as caught:
        book.set(key, "http://x", "project")
    assert "agentxd config set --scope user" in caught.value.next_step
    assert key in caught.value.next_step
