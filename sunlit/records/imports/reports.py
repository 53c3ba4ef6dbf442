"""What a clerk is told of an import: a summary on the screen, every mistake in a file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from sunlit.records.imports.rows import Mistake
from sunlit.records.models import Batch, BatchError

# What a spreadsheet program would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t")
_SHOWN = 10


def mistakes_of(batch: Batch) -> list[Mistake]:
    """Return the mistakes kept of a batch, in the order of the rows."""
    rows = BatchError.objects.filter(batch=batch).order_by("row", "id")
    return [Mistake(one.row, one.field, one.label, one.excerpt, one.sentence) for one in rows]


def write(path: Path, mistakes: Iterable[Mistake]) -> None:
    """Write mistakes as CSV: row, field, value (shortened and masked), what to do."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([_("row"), _("column"), _("field"), _("value"), _("what to do")])
        for one in mistakes:
            writer.writerow([one.row, one.label, one.field, _plain(one.excerpt), one.sentence])


def summary(good: int, bad: int, mistakes: Sequence[Mistake]) -> list[str]:
    """Return the lines for the screen: figures, the columns with most mistakes, the first few of them."""
    lines = [
        _("%(rows)d rows: %(good)d in order, %(bad)d with mistakes.")
        % {
            "rows": good + bad,
            "good": good,
            "bad": bad,
        }
    ]
    columns = Counter(one.label for one in mistakes).most_common(5)
    if columns:
        lines.append(_("Most mistakes in: ") + ", ".join(f"{label} ({count})" for label, count in columns))
    return lines + _listed(mistakes)


def warnings(found: Sequence[Mistake]) -> list[str]:
    """Return the lines for what should be looked at again and is taken all the same."""
    if not found:
        return []
    return [_("Look at these again; they are taken as they are:"), *_listed(found)]


def _listed(found: Sequence[Mistake]) -> list[str]:
    """Return a line for each of the first mistakes, and how many more there are."""
    lines = [
        _("  row %(row)d, %(label)s: %(sentence)s") % {"row": one.row, "label": one.label, "sentence": one.sentence}
        for one in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        lines.append(_("  … and %(more)d more") % {"more": len(found) - _SHOWN})
    return lines


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
