"""Live secrets are found and never repeated; what only looks like one is not found."""

import pytest
from agentxd.kernel.review import Example, Severity
from agentxd.plugins.rules.secrets import Secrets
from review_parts import findings_of, ground_of

R = "aB3dE6gH9jK2mN5pQ8sT"
HEX = "f3a91c07" + "be52d846" + "19e0c7b3" + "5d8f24a6"
PASSWORD = "kV9" + "#tQ2x!Lm7"
BODY = "\n".join(
    "MIIEpAIBAAKCAQEA7bq98R2" + word + "x8Yt4LkPw0cVn5ZrQ3JmD1HsEo" for word in ("Gf", "Ku")
)
KEY = "-----BEGIN RSA PRIVATE" + f" KEY-----\n{BODY}\n-----END RSA PRIVATE" + " KEY-----"
VENDORS = [
    ("AKIA" + "QZ7WXT3NKLPVB2RD", "an AWS key"), ("ghp_" + R * 2, "a GitHub token"),
    ("github_pat_" + R * 2, "a GitHub token"), ("glpat-" + R, "a GitLab token"),
    ("xoxb-" + "2847561930-" + R, "a Slack token"), ("sk-ant-" + "api03-" + R, "an Anthropic key"),
    ("sk-proj-" + R, "an OpenAI key"), ("sk_live_" + R, "a Stripe key"),
    ("npm_" + "k7Tq2Z9wXb4Lm8Rv5N" * 2, "an npm token"), ("pypi-" + R * 2, "a PyPI token"),
    ("hf_" + R * 2, "a Hugging face token"), (f"SG.{R}." + R * 2, "a SendGrid key"),
    ("dop_v1_" + HEX * 2, "a DigitalOcean token"), ("shpat_" + HEX, "a Shopify token"),
    ("hvs." + R * 2, "a Vault token"), ("dckr_pat_" + R * 2, "a Docker token"),
    ("dapi" + HEX, "a Databricks token"), ("lin_api_" + R * 2, "a Linear key"),
    ("7139284650:AA" + "kP4xWz8Rt2v" * 3, "a Telegram token"), (KEY, "a private key"),
]  # fmt: skip
TOLD = [
    ("config.yaml", f"api_key: {HEX}\n"), (".env", f"DB_PASSWORD={PASSWORD}\n"),
    ("app.py", f'SECRET_KEY = "{R}"\n'), ("a.ts", f"const clientSecret = '{R}';\n"),
    ("A.java", f'String authToken = "{R}";\n'), ("a.rb", f'password = "{PASSWORD}"\n'),
    ("a.json", f'{{"access_token": "{HEX}"}}\n'), ("a.xml", f"<api_key>{HEX}</api_key>\n"),
    ("a.php", f"define('AUTH_KEY', '{R}');\n"), ("run.sh", f"tool --token {R}\n"),
    ("a.go", f'package a\n\nvar u = "https://bot:{"x7Kq" + "9Zt2pW"}@git.acme.io/a"\n'),
    ("a.js", f'fetch(u, {{headers: {{"Authorization": "Bearer {R + R}"}}}});\n'),
]  # fmt: skip
HARMLESS = [
    ("a.py", "password = getpass()\n"), ("a.py", 'API_KEY = os.environ["API_KEY"]\n'),
    ("a.py", f'checksum = "{HEX}"\n'), ("a.py", f'token_hash = "{HEX}"\n'),
    ("a.py", 'token = "your-token-goes-here-1"\n'), ("a.py", 'api_key = "xxxxxxxxxxxxxxxx"\n'),
    ("a.py", 'api_key = "1234567890abcdef1234567890abcdef"\n'), ("a.yml", "password: changeme123\n"),
    ("a.yml", "token: ${{ secrets.TOKEN }}\n"), ("a.yml", "api_key: <your key>\n"),
    ("a.ts", "const tokenName = 'refresh_token_v2';\n"), ("a.ts", "const token = `${a}-${b}`;\n"),
    ("a.ts", "const secretKey = 'user.settings.secretKey2';\n"), ("go.sum", f"a v1 h1:{R}{R}=\n"),
    ("a.go", 'var u = "postgres://postgres:postgres@localhost:5432/a"\n'),
    ("a.go", f'var u = "postgres://app:{"x7Kq" + "9Zt2pW"}@localhost/a"\n'),
    ("a.py", 'next_page_token = "CAoQ4f8Zx91kQp2LmTq7"\n'), ("yarn.lock", f"  integrity sha512-{R}\n"),
    ("a.pub", f"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ{R} me@host\n"),
    ("a.html", f'<img src="data:image/png;base64,{R * 5}">\n'), ("README.md", f"api_key: {HEX}\n"),
    ("tests/fixtures/a.json", f'{{"access_token": "{HEX}"}}\n'), (".env.example", f"TOKEN={R}\n"),
    ("test/key.pem", KEY + "\n"), ("a.py", "aws = 'AKIA" + "IOSFODNN7EXAMPLE'\n"),
    ("a.py", f"key = '{R}'  # pragma: allowlist secret\n"), ("a.js", "stripe('pk_live_" + f"{R}')\n"),
    ("a.py", 'password_hash = "$2b$12$KIXQ2' + "s8vJ1z0c5Yx9Wq3Zu" + '"\n'),
    ("sealed.yaml", f"kind: SealedSecret\nspec:\n  password: {R}{R}\n"),
    ("a.py", "commit = '3f786850e387550fdab836ed7e6dc881de23001b'\n"),
    ("a.py", "id = '123e4567-e89b-42d3-a456-426614174000'\n"), ("a.min.js", f'a={{apiKey:"{HEX}"}}\n'),
    ("key.pem", "-----BEGIN RSA PRIVATE" + " KEY-----\n...\n-----END RSA PRIVATE" + " KEY-----\n"),
]  # fmt: skip


def found(path, new, old=None):
    return findings_of(Secrets(), ground_of(Example(path, new, old)))


@pytest.mark.parametrize(("token", "name"), VENDORS, ids=[name for _, name in VENDORS])
def test_tokens_of_vendors_are_errors_with_their_place(token, name):
    text = f"first = 1\nvalue = '{token}'\n"
    (finding,) = found("src/a.py", text)
    assert finding.severity is Severity.ERROR
    assert finding.message.lower() == f"{name} is in the code".lower()
    assert (finding.line, finding.column) == (1, len("value = '"))
    last = text.split("\n")[finding.end_line - 1]
    assert last[: finding.end_column].endswith(token.split("\n")[-1])


@pytest.mark.parametrize(("path", "text"), TOLD)
def test_random_values_of_telling_names_are_warnings(path, text):
    (finding,) = found(path, text)
    assert finding.severity is Severity.WARNING
    line = text.split("\n")[finding.line]
    secret = line[finding.column : finding.end_column]
    assert secret in text
    assert len(secret) > 8


@pytest.mark.parametrize(("path", "text"), HARMLESS)
def test_what_is_no_live_secret_is_not_found(path, text):
    assert found(path, text) == []


@pytest.mark.parametrize(("path", "text"), [*TOLD, *(("a.py", f"a = '{t}'\n") for t, _ in VENDORS)])
def test_no_finding_repeats_a_secret(path, text):
    for finding in found(path, text):
        told = f"{finding.message} {finding.advice} {finding.anchor} {finding.fix}"
        assert not any(secret in told for secret in (R, HEX, PASSWORD, BODY[:20], "x7Kq", "kP4xWz"))


def test_a_token_in_a_test_is_a_note():
    (finding,) = found("tests/test_a.py", f"a = '{'glpat-' + R}'\n")
    assert finding.severity is Severity.NOTE


def test_a_token_with_its_own_checksum_is_an_error_even_in_a_test():
    from zlib import crc32

    from agentxd.plugins.rules.secret_values import is_issued

    body, digits, number = "a1B2c3D4" * 3 + "e5F6g7", "", 0
    number = crc32(body.encode())
    for _ in range(6):
        number, rest = divmod(number, 62)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[rest] + digits
    token = "ghp_" + body + digits
    assert is_issued(token)
    (finding,) = found("tests/test_a.py", f"a = '{token}'\n")
    assert finding.severity is Severity.ERROR


def test_only_the_lines_of_the_change_are_told():
    line = f"a = '{'glpat-' + R}'\n"
    assert found("a.py", f"{line}b = 1\n", old=line) == []


def test_columns_count_code_points():
    text = f"größe, x = 1, '{'glpat-' + R}'\n"
    (finding,) = found("a.py", text)
    assert text[finding.column : finding.end_column] == "glpat-" + R
