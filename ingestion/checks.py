"""What `manage.py check` says about the store of uploads; one of it with `--deploy`."""

import os
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Caution

MINE_ALONE = 0o077  # what others may do with a folder of mode 0700: nothing


@register(Tags.compatibility)
def the_libraries_of_s3_are_here(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Looked for, not imported."""
    if not settings.STORAGES["uploads"]["BACKEND"].startswith("storages."):
        return []
    missing = ", ".join(name for name in ("storages", "boto3") if find_spec(name) is None)
    if not missing:
        return []
    hint = "Install requirements/s3.txt where web and workers run; see docs/deploy.md."
    return [Caution(f"UPLOAD_STORAGE=s3 needs packages that are not here: {missing}.", hint=hint, id="ingestion.W001")]


@register(Tags.security, deploy=True)
def web_and_workers_have_one_store(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """What the web takes, a worker reads: nobody can see from one process whether the other has the same disk."""
    in_a_folder = settings.STORAGES["uploads"]["BACKEND"].endswith("FileSystemStorage")
    if not settings.INGESTION_ENABLED or not in_a_folder or {"UPLOAD_DIR", "UPLOAD_DIR_FILE"} & os.environ.keys():
        return []
    hint = "Set UPLOAD_DIR to a folder that web and workers share, or UPLOAD_STORAGE=s3."
    return [Caution("Uploads lie in VAR_DIR, which each machine has for itself.", hint=hint, id="ingestion.W002")]


@register(Tags.security, deploy=True)
def nobody_else_reads_uploads(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    folder = settings.UPLOAD_DIR
    if not folder.is_dir() or not folder.stat().st_mode & MINE_ALONE:
        return []
    hint = f"chmod 700 {folder}"
    return [Caution("Others on this machine may look into the folder of uploads.", hint=hint, id="ingestion.W003")]
