"""Production settings are read by a process of their own: they are decided at import."""

import base64
import os
import subprocess
import sys

import pytest

from devtools.environment import ROOT

SOUND = {
    "BASE_URL": "https://catalog.example.com",
    "SECRET_KEY": base64.b64encode(bytes(range(60))).decode(),
    "TOKEN_PEPPERS": "1:" + base64.b64encode(b"p" * 32).decode(),
    "DJANGO_SETTINGS_MODULE": "catalog_site.settings",
}


def manage(tmp_path, *arguments, **changes):
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "REDIS_URL") if name in os.environ}
    environment = inherited | {"VAR_DIR": str(tmp_path)} | SOUND | changes
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_deployment_check_is_clean(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


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
        ("REGION", "mars"),
        ("DEBUG", "perhaps"),
        ("TRUSTED_PROXY_COUNT", "many"),
        ("DATABASE_URL", "mysql://u:p@host/name"),
        ("REDIS_URL", "http://host"),
    ],
)
def test_an_unsafe_or_odd_setting_stops_the_start_by_name(tmp_path, name, value):
    done = manage(tmp_path, "check", **{name: value})
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {name}: " in done.stderr


def test_without_any_variable_secrets_are_made_once_and_kept_private(tmp_path):
    for _ in range(2):
        development = {name: "" for name in SOUND if name != "DJANGO_SETTINGS_MODULE"}
        assert manage(tmp_path, "check", **development).returncode == 0
    path = tmp_path / "secrets.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.glob("secrets*"))) == 1
