"""Where the addresses of an old site lead."""

from __future__ import annotations

from django.db import models


class OldAddress(models.Model):
    """An address of an old site, and the record or the file of a record to which it leads for good.

    The record is named by its address, which is given out before the record is written: so pages can point at pages
    that come after them. Whether it is there, and for whom, is asked when somebody follows it.
    """

    batch = models.ForeignKey("records.Batch", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of host and address")
    host = models.CharField(max_length=253, blank=True, default="", help_text="'' for every host")
    address = models.TextField(help_text="path and query, decoded")
    slug = models.CharField(max_length=64)
    position = models.IntegerField(default=0, help_text="of the file; 0 for the record itself")
    name = models.CharField(max_length=200, blank=True, default="", help_text="of the file")

    class Meta:
        indexes = [models.Index(fields=["slug"], name="old_address_of_record")]

    def __str__(self) -> str:
        return f"{self.host}{self.address} → {self.slug}"
