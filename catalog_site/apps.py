"""The admin of Django with a site of ours."""

from django.contrib.admin.apps import AdminConfig


class OperationsConfig(AdminConfig):
    default_site = "accounts.admin_site.OperationsSite"
