"""Which queue the jobs of an app go to. Each queue is served by a worker of its own, so that none waits for another."""

from django.conf import settings

DEFAULT = "default"


def queue_of(task: str) -> str:
    """The queue of a task, by the app that it is of."""
    return str(settings.QUEUE_OF_APP.get(task.partition(".")[0], DEFAULT))


def limits_of(task: str) -> tuple[int, int]:
    """Seconds after which the task is asked to end, and after which its process is killed."""
    soft, hard = settings.QUEUE_LIMITS[queue_of(task)]
    return soft, hard


def expected() -> list[str]:
    """The queues that somebody has to serve: those whose app is installed, and the default."""
    busy = {queue for app, queue in settings.QUEUE_OF_APP.items() if app in settings.INSTALLED_APPS} | {DEFAULT}
    return [queue for queue in settings.QUEUE_LIMITS if queue in busy]


def required() -> list[str]:
    """Those of them without which the site is not ready: pages and calls do not wait for the others."""
    return [queue for queue in expected() if queue not in settings.OPTIONAL_QUEUES]


def worker_of(queue: str) -> str:
    """The name of the process that serves this queue, in the Procfile, in `dev.py up` and in health."""
    return "worker" if queue == "emails" else f"worker-{queue}"
