"""One sender: says `ready`, waits for a line, sends what is due, and ends.

python -m bench._senders
"""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Django has to be set up first

from notifications import delivery  # noqa: E402


def main() -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    while delivery.send_emails(timezone.now()):
        pass


if __name__ == "__main__":
    main()
