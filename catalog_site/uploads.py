"""Where uploads are sent and where they lie, as the environment says it."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog_site.env import choice, refuse, text, web_address

FOLDER, S3 = "folder", "s3"


def addresses(site: str, api: str, *, on: bool, production: bool) -> tuple[str, str]:
    """INGEST_BASE_URL, and its host when uploads have it for themselves; else, and while the door is off, nothing.

    By default ingest.example.com beside an API at api.example.com, and else where that is.
    """
    address = web_address("INGEST_BASE_URL", api.replace("://api.", "://ingest.", 1), https=production)
    host = urlsplit(address).hostname or ""
    return address, host if on and host not in {urlsplit(other).hostname for other in (site, api)} else ""


def folder(default: Path) -> Path:
    """Where files arrive, and stay unless S3 keeps them."""
    return Path(text("UPLOAD_DIR") or default).resolve()


def storage(folder: Path) -> dict[str, Any]:
    """The storage `uploads`, as Django's STORAGES has it: the folder, or S3. Refuses S3 without a bucket."""
    if choice("UPLOAD_STORAGE", FOLDER, among=(FOLDER, S3)) == FOLDER:
        options: dict[str, Any] = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder} | options}
    bucket = text("UPLOAD_S3_BUCKET")
    if not bucket:
        raise refuse("UPLOAD_S3_BUCKET", "say in which bucket uploads are to lie")
    options = {"bucket_name": bucket, "default_acl": "private", "querystring_auth": True, "file_overwrite": True}
    options |= {"location": text("UPLOAD_S3_PREFIX").strip("/")}
    if text("UPLOAD_S3_ENDPOINT"):
        options["endpoint_url"] = web_address("UPLOAD_S3_ENDPOINT", "")
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def storages(folder: Path, *, production: bool) -> dict[str, Any]:
    """Django's STORAGES: static files, compressed and named by their content in production, and uploads."""
    static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if not production:
        static = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": static},
        "uploads": storage(folder),
    }
