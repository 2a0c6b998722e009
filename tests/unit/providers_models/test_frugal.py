"""A package that is loaded on demand has every name that it has when loaded whole."""

import json
import subprocess
import sys
import textwrap

import pytest

LOADED = """
import json, sys
from agentxd.plugins.providers.worker.frugal import on_demand
with on_demand("anthropic"):
    import anthropic
n_first = len(sys.modules)
odd = []
for package in (anthropic, anthropic.types, anthropic.types.beta, anthropic.types.shared):
    for name in getattr(package, "__all__", ()) or list(package.__getattr__._names):
        value = getattr(package, name)
        if type(value).__name__ == "module" and name not in ("types", "resources"):
            odd.append(name)
print(json.dumps({"n_first": n_first, "n_all": len(sys.modules), "odd": odd}))
"""
PARCEL = {
    "__init__.py": """
        from .cart import Cart as Cart, total
        from .price import price
        from .more import *
        Basket: type = Cart
        size = 3
    """,
    "cart.py": "class Cart: pass\ndef total(): return 1\n",
    "price.py": "def price(): return 2\n",
    "more.py": "__all__ = ['extra']\nextra = 4\n",
    "broken.py": "raise RuntimeError('no')\n",
}
ASKED = [
    # what is asked, the answer, modules of the package that are loaded then
    ("parcel.size", "3", ["parcel", "parcel.price"]),
    ("parcel.price()", "2", ["parcel", "parcel.price"]),
    ("parcel.total()", "1", ["parcel", "parcel.cart", "parcel.price"]),
    ("parcel.Basket is parcel.Cart", "True", ["parcel", "parcel.cart", "parcel.price"]),
    ("parcel.extra", "4", ["parcel", "parcel.more", "parcel.price"]),
    ("hasattr(parcel, 'nothing')", "False", ["parcel", "parcel.more", "parcel.price"]),
]


def said(code, folder="."):
    words = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "parcel").mkdir()
    for name, text in PARCEL.items():
        (tmp_path / "parcel" / name).write_text(textwrap.dedent(text))
    return tmp_path


def test_the_vendors_package_has_all_its_names_and_loads_few_of_its_modules():
    found = json.loads(said(LOADED))
    assert found["odd"] == []
    assert found["n_first"] < found["n_all"] / 2


@pytest.mark.parametrize("vendor", ["anthropic", "openai"])
def test_an_adapter_loads_its_sdk_without_the_types_of_other_endpoints(vendor):
    code = f"""
        import sys
        from agentxd.plugins.providers.vendors import VENDORS, Endpoint
        from agentxd.plugins.providers.worker.adapter import load_adapter
        load_adapter(VENDORS["{vendor}"])(Endpoint(vendor="{vendor}"), "http://127.0.0.1:1", "k")
        print(sum(name.startswith("{vendor}.types.") for name in sys.modules))
    """
    assert int(said(code)) < 20


def test_a_promise_is_kept_when_it_is_called_and_of_nothing_else(folder):
    (folder / "parcel" / "late.py").write_text("from parcel import broken\ndef late(n): return n\n")
    (folder / "parcel" / "broken.py").write_text("")
    (folder / "parcel" / "user.py").write_text("from parcel.late import late\n")
    code = """
        import sys
        from agentxd.plugins.providers.worker.frugal import on_demand
        with on_demand("parcel", {"parcel.late": ("late",), "parcel.gone": ("gone",)}):
            from parcel.user import late
        print("parcel.broken" in sys.modules, late(3), late(4), "parcel.broken" in sys.modules)
        from parcel.late import broken
        try:
            import parcel.gone
        except ImportError as error:
            print(error)
    """
    assert said(code, folder).splitlines() == ["False 3 4 True", "No module named 'parcel.gone'"]


def test_what_classes_are_made_from_comes_at_once_and_a_packages_own_getattr_is_asked_last(folder):
    (folder / "parcel" / "__init__.py").write_text(
        textwrap.dedent("""
            from .cart import Cart, total
            class Wagon(Cart): pass
            def __getattr__(name):
                if name == "odd":
                    return 7
                raise AttributeError(name)
        """)
    )
    code = """
        from agentxd.plugins.providers.worker.frugal import on_demand
        with on_demand("parcel"):
            import parcel
        print(parcel.Wagon.__mro__[1] is parcel.Cart, parcel.total(), parcel.odd)
        print(hasattr(parcel, "nothing"))
    """
    assert said(code, folder).splitlines() == ["True 1 7", "False"]


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row[0])
def test_names_come_when_they_are_asked_for(folder, row):
    asked, answer, modules = row
    code = f"""
        import sys
        from agentxd.plugins.providers.worker.frugal import on_demand
        with on_demand("parcel"):
            import parcel
        print({asked})
        print(sorted(name for name in sys.modules if name.split(".")[0] == "parcel"))
    """
    assert said(code, folder).splitlines() == [answer, str(modules)]


def test_where_it_fails_nothing_of_it_stays_loaded(folder):
    code = """
        import sys
        from agentxd.plugins.providers.worker.frugal import on_demand
        finders = list(sys.meta_path)
        try:
            with on_demand("parcel"):
                import parcel.broken
        except RuntimeError as error:
            print(error, sys.meta_path == finders, "parcel" in sys.modules)
    """
    assert said(code, folder) == "no True False"
