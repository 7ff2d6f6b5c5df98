"""How gunicorn serves the site. WEB_CONCURRENCY: processes; WEB_THREADS: threads of each; BIND and PORT: where.

BODY_TIMEOUT is read in catalog_site/worker.py.
"""

import signal
from types import FrameType
from typing import Any

from catalog_site import logs
from catalog_site.env import choice, count, text
from catalog_site.worker import BufferingWorker

bind = f"{text('BIND', '127.0.0.1')}:{count('PORT', 8000, low=1, high=65535)}"
worker_class = BufferingWorker
workers = count("WEB_CONCURRENCY", 2, low=1, high=256)
threads = count("WEB_THREADS", 4, low=1, high=256)
timeout = 30
graceful_timeout = 20
keepalive = 5
worker_connections = 500  # of a process; when they are all taken, whoever waits longest makes room
limit_request_field_size = 8190
limit_request_line = 4094
http_parser = "python"  # the default would take another one as soon as its package is there
# Which proxies to believe is Django's decision, by TRUSTED_PROXY_COUNT.
forwarded_allow_ips = ""
# django-structlog writes one line a request.
accesslog = None
logger_class = "catalog_site.access_log.AccessLog"
logconfig_dict = logs.configuration(
    log_format=choice("LOG_FORMAT", "json", among=logs.FORMATS),
    level=choice("LOG_LEVEL", "info", among=logs.LEVELS).upper(),
)
# gunicorn's own handler would write past the formatter that masks tokens.
logconfig_dict["loggers"]["gunicorn.error"] = {"handlers": [], "propagate": True}
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Write the ledger when the worker is asked to stop, not only after the last request: SIGKILL may come first."""
    from tokens import ledger  # noqa: PLC0415  # the models are ready now

    stop = worker.handle_exit

    def write_and_stop(number: int, frame: FrameType | None) -> None:
        ledger.of_this_process.flush_soon()
        stop(number, frame)

    signal.signal(signal.SIGTERM, write_and_stop)
    signal.siginterrupt(signal.SIGTERM, False)  # as gunicorn had it: no call is disturbed
