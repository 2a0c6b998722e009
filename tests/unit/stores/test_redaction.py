"""What is taken for a secret, and what is not."""

import pytest
from agentxd.kernel.redaction import redact, secrets_in

A40 = "3f786850e387550fdab836ed7e6dc881de23001b"
A64 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
R = "aB3dE6gH9jK2mN5pQ8sT"
SECRETS = [
    ("AKIA" + "ABCDEFGH234567AB", ""), ("ghp_" + R + R, ""), ("gho_" + R + R, ""),
    ("github_pat_" + R + R, ""), ("glpat-" + R, ""), ("xoxb-1234567890-" + R, ""),
    ("xapp-1-" + R, ""), ("sk-ant-api03-" + R, ""), ("sk-proj-" + R, ""), ("sk-" + R + R, ""),
    ("AIza" + R + "abcdefghijklmno", ""), ("ya29." + R, ""), ("GOCSPX-" + R, ""),
    ("sk_live_" + R, ""), ("rk_test_" + R, ""), ("whsec_" + R, ""),
    ("npm_" + "a1B2c3" * 6, ""), ("pypi-" + R + R, ""), ("hf_" + R + R, ""),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_DEF-123", ""),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", ""),
    ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl cut off", ""),
    ("hunter2", "password={}"), ("hunter2x", "password: {}"), ("correcthorse", "DB_PASSWORD={}"),
    ("s3cr3t", "https://user:{}@host/path"), ("pw", "postgres://u:{}@db:5432/x"),
    ("abcdef123456", "Authorization: Bearer {}"), ("dXNlcjpwYXNz", "authorization: Basic {}"),
    (R, "curl -H 'Authorization: token {}'"), (R, "Bearer {}"), ("abcd-efgh-1", '"api_key": "{}"'),
    ("abcd1234", "apiKey = '{}'"), (R, "AWS_SECRET_ACCESS_KEY={}"), (R + "/+", "secret_key: {}"),
    ("hunter22", "mysql --password {}"), (A40, "GITHUB_TOKEN={}"), ("letmein1", "PGPASSWORD={}"),
    ("p4ssw0rd", "?token={}&page=2"), ("abc12345", "client_secret: '{}'"),
    ("hunter2x", "define('DB_PASSWORD', '{}');"), ("hunter2x", 'os.environ["DB_PASSWORD"] = "{}"'),
    ("hunter2x", 'os.environ.setdefault("API_TOKEN", "{}")'), ("hunter2x", "const password = `{}`"),
    ("hunter2x", "<password>{}</password>"), ("hunter2x", "<db.password>{}</db.password>"),
    ("ghp_" + R + R, "Token_{}"),
    (f"SG.{R}.{R}{R}", ""), ("dop_v1_" + A64, ""), ("shpat_" + A40[:32], ""), (f"hvs.{R}{R}", ""),
    ("dckr_pat_" + R, ""), ("dapi" + A40[:32], ""), (f"glsa_{R}a1B2c3D4e5F6_{A40[:8]}", ""),
    ("lin_api_" + R + R, ""), ("123456789:AA" + "aB3dE6gH9jK" * 3, ""),
    ("12345678901234567/" + R * 3, "https://discord.com/api/webhooks/{}"),
]  # fmt: skip
HARMLESS = [
    A40, A64, f"commit {A40}", f"tree hash {A64}", f"sha256:{A64}", f"key: {A64}",
    "123e4567-e89b-12d3-a456-426614174000", "![x](data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==)",
    "password: str", "password: str = ''", "password = get_password()", "token = next(tokens)",
    "def login(password, token):", "password=user_password", "password=self.password",
    "token=${TOKEN}", "password = os.environ['PASSWORD']", "input_tokens=1200", "max_tokens: 8192",
    "for key in sorted(values):", "https://example.org/a@b", "git@github.com:me/x.git",
    "the password must be long", "primary_key=True", "tokenize(text)", "sk-learn", "key = value",
    "define('DB_PASSWORD', $password)", '["password", "username"]', "<password>${pw}</password>",
    "token = `${scheme} ${value}`", "values[key] = value", 'row["token"] = next(tokens)',
    "password = None", "--token-file x", "risk-averse-and-long-words-are-fine-here", "",
]  # fmt: skip


@pytest.mark.parametrize(("secret", "around"), SECRETS)
def test_invariant_13_a_secret_goes_and_the_rest_stays(secret, around):
    text = "before " + (around or "{}").format(secret) + "\nafter"
    clean = redact(text)
    assert secret not in clean
    assert "[redacted" in clean
    assert clean.startswith("before ")
    assert redact(clean) == clean


@pytest.mark.parametrize(("secret", "around"), SECRETS)
def test_the_place_of_a_secret_is_where_it_stands(secret, around):
    text = "before " + (around or "{}").format(secret) + "\nafter"
    found = {text[place.start : place.end] for place in secrets_in(text)}
    assert any(secret in one for one in found)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_has_no_place(text):
    assert list(secrets_in(text)) == []


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_byte_for_byte(text):
    assert redact(text) == text
