"""What is attached, kept once by its content."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models


class File(models.Model):
    """Some bytes, named by their SHA-256; who may see them is decided by the records that attach them."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField(help_text="bytes")
    type = models.CharField(max_length=100, help_text="media type, found from the content")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.type})"

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return Path(settings.FILES_ROOT) / self.sha256[:2] / self.sha256[2:4] / self.sha256
