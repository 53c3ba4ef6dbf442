"""Looks up what codes in a text stand for, for people at the desk."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from sunlit.plan.language import Plan
from sunlit.records.models import Revision
from sunlit.records.rendition import regions
from sunlit.screens.book import Book
from sunlit.screens.components import Link
from sunlit.screens.words import unit_name


def book_of(plan: Plan, revision: Revision) -> Book:
    """Return a book that also knows the files and pictures of a text, under the addresses of the desk."""
    files: dict[str, list[Link]] = {}
    pictures: dict[str, str] = {}
    for one in revision.attachments.order_by("position").select_related("file"):
        url = reverse("workbench:file", args=[revision.pk, one.position, one.name])
        files.setdefault(one.field, []).append(Link(one.name, url))
        pictures[one.file.sha256] = url
    book = book_for(plan, files)
    book.pictures = pictures
    return book


def book_for(plan: Plan, files: Mapping[str, list[Link]] | None = None) -> Book:
    """Return a book that knows the plan's units and divisions; records are named by their address."""

    def find_unit(code: str) -> Link:
        unit = plan.units.get(code)
        return Link(unit_name(unit, short=True)) if unit else Link(code)

    names = regions(plan)
    return Book(plan, find_unit=find_unit, find_region=lambda code: names.get(code, code), files=files or {})
