"""Files that nobody's text names any more leave the private folders, so that what was replaced does not outlive it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from sunlit.files import actions as files
from sunlit.files.models import File
from sunlit.records.models import Attachment, Autosave, UnitTemplate, Wording

EVERY = timedelta(hours=1)
KEPT = timedelta(days=7)
"""How long a file may wait to be attached: a form can lie open over a holiday."""
AT_ONCE = 100


def sweep(now: datetime) -> int:
    """Destroy private files that no text attaches and no saved or typed wording names; return how many.

    A file that was blackened or replaced is one of these as soon as its text is published or given up.
    """
    attached = Attachment.objects.filter(file=OuterRef("pk"))
    waiting = File.objects.exclude(owner="").filter(~Exists(attached), created_at__lt=now - KEPT).order_by("pk")
    return sum(not _is_named(file) and files.destroy(file) for file in waiting[:AT_ONCE])


def _is_named(file: File) -> bool:
    named = file.sha256
    return (
        Wording.objects.filter(payload__contains=named).exists()
        or UnitTemplate.objects.filter(payload__contains=named).exists()
        or Autosave.objects.filter(form__contains=named).exists()
    )
