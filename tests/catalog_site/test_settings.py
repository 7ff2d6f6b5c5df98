"""Production settings, which are decided at import: the module is run anew, in an environment of its own."""

import base64
import os
import re
import runpy
import subprocess
import sys
from functools import cache

import pytest
from django.core.exceptions import ImproperlyConfigured

from catalog_site import logs
from devtools.environment import ROOT

SOUND = {
    "BASE_URL": "https://catalog.example.com",
    "SECRET_KEY": base64.b64encode(bytes(range(60))).decode(),
    "TOKEN_PEPPERS": "1:" + base64.b64encode(b"p" * 32).decode(),
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_REPLY_TO": "catalog-admins@example.com",
    "DJANGO_SETTINGS_MODULE": "catalog_site.settings",
}


INHERITED = ("PATH", "HOME", "REDIS_URL")


def environment(folder, **changes):
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {"VAR_DIR": str(folder)} | SOUND | changes


@pytest.fixture
def read(tmp_path, monkeypatch):
    """The settings under these variables, by name: `read(REGION="us")`. The logs of this process stay as they are."""

    def read(**changes):
        with monkeypatch.context() as patch:
            patch.setattr(logs, "configure", lambda _: None)
            patch.setattr(os, "environ", environment(tmp_path, **changes))
            return runpy.run_path(str(ROOT / "catalog_site" / "settings.py"))

    return read


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    """The deployment check by a process of its own, once for the same variables."""

    @cache
    def check(**changes):
        return subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            cwd=ROOT, env=environment(tmp_path_factory.mktemp("var"), **changes),
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return check


def test_the_deployment_check_is_clean(check):
    done = check()
    assert done.returncode == 0, done.stderr


REQUIRED = re.findall(r"^\| `([A-Z_]+)` \| \*\*required\*\*", (ROOT / "docs" / "deploy.md").read_text(), re.MULTILINE)


def test_what_deploy_md_calls_required_is_what_the_deployment_check_wants():
    assert set(REQUIRED) == SOUND.keys() - {"DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize("name", REQUIRED)
def test_without_one_of_the_required_variables_the_deployment_check_fails(check, name):
    assert check(**{name: ""}).returncode != 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "django-insecure-" + "x" * 50),
        ("SECRET_KEY", "short"),
        ("TOKEN_PEPPERS", ""),
        ("TOKEN_PEPPERS", "1:c2hvcnQ="),
        ("TOKEN_PEPPERS", "one:" + "A" * 44),
        ("BASE_URL", "http://catalog.example.com"),
        ("BASE_URL", "catalog.example.com"),
        ("API_BASE_URL", "http://api.example.com"),
        ("EU_API_BASE_URL", "http://api.example.com"),
        ("BASE_URL", "https://[catalog"),
        ("BASE_URL", "https://ada:secret@catalog.example.com"),
        ("ALLOWED_HOSTS", "*"),
        ("TRUSTED_PROXY_COUNT", ""),
        ("SECRET_KEY_FILE", "/nowhere"),
        ("TOKEN_PEPPERS", "1:é"),
        ("DATABASE_URL", "nonsense"),
        ("REGION", "mars"),
        ("DEBUG", "perhaps"),
        ("TRUSTED_PROXY_COUNT", "many"),
        ("DATABASE_URL", "mysql://u:p@host/name"),
        ("REDIS_URL", "http://host"),
        ("ASSISTANT_MODEL", "gpt-5"),
        ("ASSISTANT_MODEL", "openai:"),
        ("ASSISTANT_MODEL", "openai:gpt 5"),
        ("ASSISTANT_MODEL", "nobody:gpt-5"),
        ("ASSISTANT_BASE_URL", "http://models.example.com/v1"),
        ("ASSISTANT_BASE_URL", "http://203.0.113.7/v1"),
        ("ASSISTANT_BASE_URL", "models.example.com"),
        ("ASSISTANT_API_KEY_FILE", "/nowhere"),
        ("ASSISTANT_TIMEOUT", "60"),
        ("ASSISTANT_TOKENS_PER_JOB", "0"),
        ("ASSISTANT_TOKENS_PER_DAY", "many"),
        ("ASSISTANT_PRICE_IN", "-1"),
        ("ASSISTANT_PRICE_OUT", "1,5"),
        ("ASSISTANT_TRACE_DAYS", "-1"),
    ],
)
def test_an_unsafe_or_odd_setting_stops_the_start_by_name(read, name, value):
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: "):
        read(**{name: value})


def test_models_of_azure_are_nowhere_unless_it_is_said(read):
    with pytest.raises(ImproperlyConfigured, match=r"^ASSISTANT_BASE_URL: .*azure"):
        read(ASSISTANT_MODEL="azure:ours")


@pytest.mark.parametrize(
    ("model", "address", "found"),
    [
        ("", "", ""),
        ("openai:gpt-5-mini", "", "https://api.openai.com/v1"),
        ("openai:org/model:7b", "http://vllm:8000/v1/", "http://vllm:8000/v1"),
        ("ollama:qwen3:14b", "", "http://127.0.0.1:11434/v1"),
        ("openai:any", "http://[fd00::7]:8000/v1", "http://[fd00::7]:8000/v1"),
        ("openai:any", "http://10.1.2.3/v1", "http://10.1.2.3/v1"),
        ("openai:any", "http://models.svc/v1", "http://models.svc/v1"),
        ("azure:ours", "https://ours.openai.azure.com/openai/v1", "https://ours.openai.azure.com/openai/v1"),
    ],
)
def test_a_language_model_is_where_its_provider_is_or_where_it_is_said(read, model, address, found):
    settings = read(ASSISTANT_MODEL=model, ASSISTANT_BASE_URL=address)
    assert (settings["ASSISTANT_MODEL"], settings["ASSISTANT_BASE_URL"]) == (model, found)


def test_prices_are_of_a_million_tokens(read):
    settings = read(ASSISTANT_PRICE_IN="0.15", ASSISTANT_PRICE_OUT="2")
    assert (settings["ASSISTANT_PRICE_IN"], settings["ASSISTANT_PRICE_OUT"]) == (0.15, 2.0)


def test_mail_that_stays_in_the_house_is_a_warning(check):
    done = check(EMAIL_BACKEND="")
    assert done.returncode != 0
    assert "notifications.W001" in done.stderr


@pytest.mark.parametrize(
    ("changes", "needed"),
    [({}, True), ({"OPERATORS_NEED_SECOND_FACTOR": "no"}, False), ({"BASE_URL": ""}, False)],
)
def test_operators_need_a_second_factor_in_production_unless_told_otherwise(read, changes, needed):
    assert read(**changes)["OPERATORS_NEED_SECOND_FACTOR"] is needed


def test_secrets_are_read_as_they_are(read, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("$ecret\n")
    found = read(EMAIL_HOST_PASSWORD_FILE=str(secret), EMAIL_ANYMAIL_TEST_KEY="$ecret")
    assert (found["EMAIL_HOST_PASSWORD"], found["ANYMAIL"]["TEST_KEY"]) == ("$ecret", "$ecret")


@pytest.mark.parametrize("name", ["WEB_THREADS", "PORT", "LOG_LEVEL", "LOG_FORMAT"])
def test_the_web_server_refuses_odd_values_by_name(tmp_path, name):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", "catalog_site.wsgi"],
        cwd=ROOT,
        env=os.environ | SOUND | {"VAR_DIR": str(tmp_path), name: "two"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"{name}: " in done.stderr


def test_without_any_variable_secrets_are_made_once_and_kept_private(read, tmp_path):
    development = dict.fromkeys(SOUND, "")
    first, second = (read(**development)["SECRET_KEY"] for _ in range(2))
    assert first == second
    path = tmp_path / "secrets.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.glob("secrets*"))) == 1
