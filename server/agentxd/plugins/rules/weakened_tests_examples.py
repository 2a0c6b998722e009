"""Examples of the rule test-weakened."""

from agentxd.kernel.review import Example

BAD = (
    Example(
        "tests/test_g.py",
        "def test_f():\n    a = f(1)\n    assert a == 2 or True\n",
        "def test_f():\n    a = f(1)\n    assert a == 2\n",
    ),
    Example(
        "tests/test_h.py",
        "def test_f():\n    with pytest.raises(ValueError):\n        f(None)\n",
        "def test_f():\n    with pytest.raises(ValueError, match='no (n)'):\n        f(None)\n",
    ),
    Example(
        "b_test.go",
        "package a\n\nfunc TestF(t *testing.T) {\n\tgot := f(1)\n"
        "\trequire.NotNil(t, got.Value)\n}\n",
        "package a\n\nfunc TestF(t *testing.T) {\n\tgot := f(1)\n"
        "\trequire.Equal(t, 2, got.Value)\n}\n",
    ),
    Example(
        "tests/b.rs",
        "#[test]\nfn finds() {\n    let a = f(1);\n    assert!(a.is_some());\n}\n",
        "#[test]\nfn finds() {\n    let a = f(1);\n    assert_eq!(a, Some(2));\n}\n",
    ),
    Example(
        "tests/test_a.py",
        "def test_f():\n    a = f(1)\n    assert a\n",
        "def test_f():\n    a = f(1)\n    assert a == 2\n",
    ),
    Example(
        "tests/test_b.py",
        "def test_f():\n    with pytest.raises(Exception):\n        f(None)\n",
        "def test_f():\n    with pytest.raises(ValueError):\n        f(None)\n",
    ),
    Example(
        "tests/test_c.py",
        "class ATest(TestCase):\n    def test_f(self):\n        a = f(1)\n"
        "        self.assertTrue(True)\n",
        "class ATest(TestCase):\n    def test_f(self):\n        a = f(1)\n"
        "        self.assertEqual(a, 2)\n",
    ),
    Example(
        "tests/test_d.py",
        "def test_f():\n    assert f(1) == pytest.approx(2, rel=0.5)\n",
        "def test_f():\n    assert f(1) == pytest.approx(2, rel=1e-6)\n",
    ),
    Example(
        "src/a.test.ts",
        "it('adds', () => {\n  const sum = add(1)\n  expect(sum).toBeDefined()\n})\n",
        "it('adds', () => {\n  const sum = add(1)\n  expect(sum).toEqual({ a: 2 })\n})\n",
    ),
    Example(
        "a_test.go",
        "package a\n\nfunc TestF(t *testing.T) {\n\tgot, err := f(1)\n"
        "\trequire.NoError(t, err)\n\tuse(got)\n}\n",
        "package a\n\nfunc TestF(t *testing.T) {\n\tgot, err := f(1)\n"
        "\trequire.NoError(t, err)\n\tuse(got)\n\trequire.Equal(t, 2, got.Value)\n}\n",
    ),
    Example(
        "tests/lib.rs",
        "#[test]\nfn f_is_two() {\n    let a = f();\n    // assert_eq!(a, 2);\n    drop(a);\n}\n",
        "#[test]\nfn f_is_two() {\n    let a = f();\n    assert_eq!(a, 2);\n    drop(a);\n}\n",
    ),
    Example(
        "src/test/java/ATest.java",
        "class ATest {\n  @Test\n  void f() {\n    assertNotNull(a.f());\n  }\n}\n",
        "class ATest {\n  @Test\n  void f() {\n    assertEquals(a.f(), 2);\n  }\n}\n",
    ),
)
GOOD = (
    Example(
        "tests/test_g.py",
        "def test_f():\n    with pytest.raises(ValueError, match='no (i)'):\n        f(None)\n",
        "def test_f():\n    with pytest.raises(ValueError, match='no (n)'):\n        f(None)\n",
    ),
    Example(
        "tests/test_a.py",
        "def test_f():\n    a = f(1)\n    assert a == 3\n    assert a.b == 4\n",
        "def test_f():\n    a = f(1)\n    assert a == 2\n",
    ),
    Example(
        "tests/test_b.py",
        "def test_f():\n    assert f(\n        1,\n    ) == 2\n",
        "def test_f():\n    assert f(1) == 2\n",
    ),
    Example(
        "tests/test_c.py",
        "def check(a):\n    assert a == 2\n\n\ndef test_f():\n    check(f(1))\n",
        "def test_f():\n    a = f(1)\n    assert a == 2\n",
    ),
    Example(
        "src/a.test.ts",
        "it('adds', () => {\n  expect(add(1)).toStrictEqual(3)\n})\n",
        "it('adds', () => {\n  expect(add(1)).toBe(2)\n})\n",
    ),
    Example("src/a.py", "def f():\n    pass\n", "def f():\n    assert a == 1\n"),
)
