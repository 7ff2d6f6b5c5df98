"""How gunicorn serves the site. WEB_CONCURRENCY: processes; WEB_THREADS: threads of each; BIND and PORT: where."""

import os

from catalog_site import logs

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 20
keepalive = 5
limit_request_field_size = 8190
limit_request_line = 4094
# Which proxies to believe is Django's decision, by TRUSTED_PROXY_COUNT.
forwarded_allow_ips = ""
# django-structlog writes one line a request.
accesslog = None
logconfig_dict = logs.configuration(
    log_format=os.environ.get("LOG_FORMAT", "json"), level=os.environ.get("LOG_LEVEL", "info").upper()
)
# gunicorn's own handler would write past the formatter that masks tokens.
logconfig_dict["loggers"]["gunicorn.error"] = {"handlers": [], "propagate": True}
control_socket_disable = True
