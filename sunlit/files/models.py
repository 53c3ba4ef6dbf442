"""What is attached, kept once by its content."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models


class File(models.Model):
    """Some bytes, named by their SHA-256; who may see them is decided by the records that attach them.

    A file has an owner while nothing public attaches it: its bytes lie in the owner's folder, where an erasure finds
    them. What is published has no owner and is kept once for all.
    """

    sha256 = models.CharField(max_length=64)
    owner = models.CharField(max_length=60, blank=True, default="", help_text="such as person-17; none if published")
    size = models.BigIntegerField(help_text="bytes")
    type = models.CharField(max_length=100, help_text="media type, found from the content")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256", "owner"], name="one_file_an_owner")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.type})"

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        root = Path(settings.FILES_ROOT)
        if self.owner:
            return root / "private" / self.owner / self.sha256
        return root / self.sha256[:2] / self.sha256[2:4] / self.sha256
