"""The processes that do background work."""

from django.db import models


class Heartbeat(models.Model):
    """One row is when beat, the sweep, or a worker on a queue and host was last seen alive."""

    class Part(models.TextChoices):
        BEAT = "beat", "Beat"
        WORKER = "worker", "Worker"
        SWEEP = "sweep", "Sweep"

    part = models.CharField(max_length=6, choices=Part)
    name = models.CharField(max_length=200, blank=True)  # of a worker: `emails@mill`, a queue that this host serves
    at = models.DateTimeField()
    busy_until = models.DateTimeField(null=True)  # a sweep's lease
    everything_at = models.DateTimeField(null=True)  # when a sweep last looked at every token that may be due

    class Meta:
        db_table = "notifications_heartbeat"  # where it was before there were other jobs than emails
        ordering = ("part", "name")
        constraints = (models.UniqueConstraint(fields=("part", "name"), name="heartbeat_once_per_part"),)

    def __str__(self) -> str:
        return f"{self.part} {self.name}".strip()
