#!/usr/bin/env python3
"""Catalog on your machine: `python3 dev.py up` runs it, `python3 dev.py test` tests it. Needs Python 3.11 alone.

Whatever Python reads this file must get as far as the sentence: ASCII, and no syntax that Python 2 does not have.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # whoever has an older one must read a sentence
    sys.exit("Catalog needs Python 3.11 or newer: start it with python3.11 dev.py ...")

from devtools.commands import main

if __name__ == "__main__":
    sys.exit(main())
