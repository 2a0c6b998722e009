"""Parameters and arguments are read, and it is told which calls do not fit."""

import pytest
from agentxd.plugins.rules.signatures import misfit, read_call, read_parameters

FITS = [
    ("python", "f(a, b=1)", "f(1)"),
    ("python", "f(a, *, b=1, **c)", "f(1, b=2, d=3)"),
    ("python", "f(self, a)", "f(1)"),
    ("python", "f(a, /, b)", "f(1, b=2)"),
    ("python", "f(a, b)", "f(*all)"),
    ("python", "f(a: dict[str, int] = {1: 2}, b=(1, 2))", "f()"),
    ("typescript", "f(a: number, b?: string)", "f(1)"),
    ("typescript", "f<T>(a: Map<T, string>, ...b: T[])", "f<number>(1, 2, 3)"),
    ("typescript", "f({ a, b }: Options = {})", "f()"),
    ("javascript", "f(a)", "f(1, 2)"),
    ("go", "f(a, b int, c ...string)", "f(1, 2)"),
    ("rust", "f(&self, a: u8)", "f(1)"),
    ("java", "f(Map<String, Integer> a, String... b)", "f(1)"),
    ("csharp", "f(this A a, int b, int c = 1)", "f(1)"),
    ("csharp", "f(int a, int b)", "f(b: 1, a: 2)"),
    ("php", "f(?int $a, $b = null)", "f(1)"),
    ("ruby", "f(a, b = 1, c:, d: 2, &e)", "f(1, c: 3)"),
]
DOES_NOT = [
    ("python", "f(a, b)", "f(1)", "`b` is not given"),
    ("python", "f(a)", "f(1, 2)", "it takes 1 argument, 2 are given"),
    ("python", "f(a)", "f(1, b=2)", "there is no parameter `b`"),
    ("python", "f(a, *, b)", "f(1)", "`b` is not given"),
    ("typescript", "f(a: number, b: string)", "f(1)", "`b` is not given"),
    ("javascript", "f(a, b)", "f(1)", "`b` is not given"),
    ("go", "f(a, b int)", "f(1)", "`b` is not given"),
    ("rust", "f(&self, a: u8)", "f(1, 2)", "it takes 1 argument, 2 are given"),
    ("java", "f(Map<String, Integer> a)", "f(1, 2)", "it takes 1 argument, 2 are given"),
    ("csharp", "f(int a)", "f(b: 1)", "there is no parameter `b`"),
    ("ruby", "f(a, b:)", "f(1)", "`b` is not given"),
]


@pytest.mark.parametrize(("language", "head", "call"), FITS)
def test_these_fit(language, head, call):
    assert misfit(language, read_parameters(language, head, 1), read_call(language, call, 1)) == ""


@pytest.mark.parametrize(("language", "head", "call", "why"), DOES_NOT)
def test_these_do_not(language, head, call, why):
    assert misfit(language, read_parameters(language, head, 1), read_call(language, call, 1)) == why


def test_what_is_no_call_is_none():
    assert read_call("python", "f = 1", 1) is None
    assert read_call("python", "f(1, (2", 1) is None
    assert read_parameters("python", "f" + "(" * 50_000, 1) is None
