"""The closed lists of states a record, a revision and a batch can be in."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sunlit.sight import Audience

__all__ = [
    "FROZEN",
    "GONE",
    "IN_WORK",
    "READABLE",
    "Audience",
    "BatchState",
    "RecordState",
    "RevisionState",
    "Validity",
    "Waits",
]


class RecordState(TextChoices):
    """What a reader finds at a record's address."""

    DRAFT = "draft", _("not yet published")
    LIVE = "live", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("superseded")
    UNPUBLISHED = "unpublished", _("unpublished")
    EXPIRED = "expired", _("period of display over")
    ERASED = "erased", _("erased")


class RevisionState(TextChoices):
    """How far a text has come."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    REVIEWED = "reviewed", _("reviewed")
    VETTED = "vetted", _("passed by the legality review")
    CLEARED = "cleared", _("cleared by the secrecy review")
    APPROVED = "approved", _("approved")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("published")
    REPLACED = "replaced", _("replaced by a correction")
    RETIRED = "retired", _("no longer shown")
    DISCARDED = "discarded", _("discarded")


class Waits(TextChoices):
    """For whom a text in work waits."""

    AUTHOR = "author", _("to be finished")
    REVIEW = "review", _("to be reviewed")
    LEGAL = "legal", _("to be looked at for its legality")
    SECRECY = "secrecy", _("to be looked at for secrets")
    APPROVE = "approve", _("to be approved")
    RELEASE = "release", _("to be released")
    MINUTE = "minute", _("scheduled")


class BatchState(TextChoices):
    """How far an import has come."""

    STAGING = "staging", _("being read")
    STAGED = "staged", _("read, waiting for release")
    RELEASED = "released", _("released")
    DISCARDING = "discarding", _("being discarded")
    DISCARDED = "discarded", _("discarded")


class Validity(TextChoices):
    """Whether a published document is in force (the metadata block of the State Council's document library)."""

    NOT_STATED = "", ""
    VALID = "valid", "有效"
    LAPSED = "lapsed", "失效"
    REPEALED = "repealed", "废止"
    AMENDED = "amended", "已修改"
    PARTLY = "partly", "部分失效"


READABLE = (RecordState.LIVE, RecordState.WITHDRAWN, RecordState.SUPERSEDED)
"""States in which a record's address shows a text, perhaps with a notice."""
GONE = (RecordState.UNPUBLISHED, RecordState.EXPIRED, RecordState.ERASED)
"""States in which it answers with a tombstone."""
IN_WORK = (
    RevisionState.DRAFT,
    RevisionState.SUBMITTED,
    RevisionState.REVIEWED,
    RevisionState.VETTED,
    RevisionState.CLEARED,
    RevisionState.APPROVED,
    RevisionState.SCHEDULED,
)
FROZEN = (RevisionState.LIVE, RevisionState.REPLACED, RevisionState.RETIRED)
