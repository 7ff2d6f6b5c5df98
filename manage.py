#!/usr/bin/env python
"""Django's command line for Catalog; `python3 dev.py manage …` runs it in the project's environment."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")
    execute_from_command_line(sys.argv)
