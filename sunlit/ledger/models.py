"""Tables of the ledger: what waits, what stands, what was signed, and how far each follower has come."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from sunlit.calendars import clock
from sunlit.ledger import merkle, tiles


class Pending(models.Model):
    """Holds an entry written in the act's own transaction, until the sequencer gives it its place."""

    event = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    ref = models.CharField(max_length=200, blank=True)
    tags = models.TextField(blank=True)
    batch = models.BigIntegerField(default=0)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["batch", "id"], name="ledger_pending_batch")]
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Length(models.F("body")), tiles.MAX_ENTRY), name="ledger_pending_fits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.ref}".strip()


class Release(models.Model):
    """Says that the pending rows of one import may be sequenced; ``done`` once none is left."""

    batch = models.BigIntegerField(primary_key=True)
    released_at = models.DateTimeField()
    done = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["done", "released_at"], name="ledger_release_open")]

    def __str__(self) -> str:
        return f"batch {self.batch}"


class Entry(models.Model):
    """Holds an entry at its place in the log; rows are only ever added. Only ``body`` is hashed, the rest is local."""

    position = models.BigIntegerField(primary_key=True)
    body = models.BinaryField()
    leaf_hash = models.BinaryField()
    event = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    ref = models.CharField(max_length=200, blank=True)
    tags = models.TextField(blank=True)
    batch = models.BigIntegerField(default=0)
    sequenced_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["subject"], name="ledger_entry_subject"),
            models.Index(fields=["ref"], name="ledger_entry_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.event}"

    @property
    def tag_list(self) -> list[str]:
        """Return the page tags that the act named."""
        return self.tags.split()


class Tile(models.Model):
    """Holds the hashes of one tile; the last tile of a level grows, all others are full."""

    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="ledger_tile_once")]

    def __str__(self) -> str:
        return tiles.path(tiles.Address(self.level, self.number, len(self.hashes) // merkle.HASH_SIZE))


class Head(models.Model):
    """Holds size and root of the log in its only row, swapped by compare-and-swap with every batch of entries."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(default=merkle.EMPTY_ROOT)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="ledger_head_single")]

    def __str__(self) -> str:
        return f"{self.size} entries"


class Checkpoint(models.Model):
    """Holds a checkpoint that was signed; stored durably before anyone sees it."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["signed_at", "size"], name="ledger_checkpoint_signed")]

    def __str__(self) -> str:
        return f"{self.size} entries, signed {self.signed_at:%Y-%m-%d %H:%M:%S}"


class Witness(models.Model):
    """Says what is known of a witness: how many entries it has cosigned, what it said last, when it is asked again."""

    name = models.CharField(max_length=100, primary_key=True)
    size = models.BigIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    silent_since = models.DateTimeField(null=True, blank=True)
    tries = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "witnesses"

    def __str__(self) -> str:
        return f"{self.name} at {self.size}"


class Cursor(models.Model):
    """Says how far a follower has come: the next position, and the root of all before it."""

    follower = models.CharField(max_length=60, primary_key=True)
    position = models.BigIntegerField(default=0)
    root = models.BinaryField(default=merkle.EMPTY_ROOT)
    rebuilding = models.BooleanField(default=False)
    tries = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.follower} at {self.position}"


class Parked(models.Model):
    """Holds an entry that a follower could not take in five tries and has left behind."""

    follower = models.CharField(max_length=60)
    position = models.BigIntegerField()
    error = models.TextField()
    parked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "parked"
        constraints = [models.UniqueConstraint(fields=["follower", "position"], name="ledger_parked_once")]

    def __str__(self) -> str:
        return f"{self.follower} at {self.position}"


class Effect(models.Model):
    """Holds one act of a reactor upon one entry, written before the act, so that it is never done twice."""

    class State(models.TextChoices):
        """How far the act has come; ``uncertain`` waits for a person."""

        DUE = "due"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNCERTAIN = "uncertain"

    reactor = models.CharField(max_length=60)
    position = models.BigIntegerField()
    effect = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    tries = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reactor", "position", "effect"], name="ledger_effect_once")]
        indexes = [models.Index(fields=["reactor", "state", "due_at"], name="ledger_effect_due")]

    def __str__(self) -> str:
        return f"{self.reactor} {self.effect} for {self.position}: {self.state}"

    @property
    def key(self) -> str:
        """Return a key under which a receiver can recognise a repeated attempt."""
        return f"{self.reactor}:{self.position}:{self.effect}"


class Touch(models.Model):
    """Says that pages have changed although no entry tells of it; kept for an hour, for those who keep pages ready."""

    tags = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "touches"
        indexes = [models.Index(fields=["at"], name="ledger_touch_at")]

    def __str__(self) -> str:
        return self.tags


class Heartbeat(models.Model):
    """Says when a process was last seen alive."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    about = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M:%S}"


class Alarm(models.Model):
    """Holds something that a person has to look at, open until it is cleared."""

    name = models.CharField(max_length=120)
    sentence = models.TextField()
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(cleared_at__isnull=True), name="ledger_alarm_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence}"
