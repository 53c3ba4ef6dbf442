"""What staff add to search, and how often something was asked; never by whom."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


def _person() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )


class Promotion(models.Model):
    """An answer that stands above everything that is found for a query, from one day to another."""

    query = models.CharField(max_length=100, help_text="as it was typed")
    key = models.CharField(max_length=100, db_index=True, help_text="the query in the form in which queries are alike")
    title = models.CharField(max_length=200)
    address = models.CharField(max_length=500, help_text="on this site, beginning with /")
    since = models.DateField()
    until = models.DateField(null=True, help_text="the last day; null for no end")
    by = _person()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.query} → {self.address}"


class Synonyms(models.Model):
    """Words of which any one finds the others as well, besides those of the plan."""

    words = models.JSONField(default=list)
    by = _person()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return " ".join(self.words)


class Count(models.Model):
    """In how many minutes of a day somebody who was not logged in asked something; kept beside the sessions."""

    day = models.DateField()
    query = models.CharField(max_length=40, help_text="in the form in which queries are alike")
    is_found = models.BooleanField(help_text="something public was found for it as it stands")
    minutes = models.IntegerField(default=1)
    last_minute = models.BigIntegerField(help_text="minute, counted from 1970, that was counted last")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "query"], name="one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.query} on {self.day}"
