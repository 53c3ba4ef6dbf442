"""What an extractor could not do, in sentences for a clerk. Readers name them by code, so that languages can differ."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SENTENCES = {
    "time": gettext_noop(
        "Reading this file took longer than allowed; the rest was not read. Split it or save it anew."
    ),
    "memory": gettext_noop(
        "Reading this file took more memory than allowed; the rest was not read. Split it or save it anew."
    ),
    "broke": gettext_noop("This file could not be read to its end; it may be damaged. Save it again."),
    "long": gettext_noop("This file holds more text than is looked through at once; the rest was not read. Split it."),
    "encrypted": gettext_noop("%s has a password, so its text cannot be read. Save it without one."),
    "damaged": gettext_noop("%s is damaged, so its text cannot be read. Save it again."),
    "large": gettext_noop("%s is too large to be looked through. Split it."),
    "deep": gettext_noop("%s lies in too many archives within each other and was not read. Pack it flat."),
    "bomb": gettext_noop("%s unpacks to far more than it seems to hold and was not read."),
    "many": gettext_noop("%s holds too many files; the rest was not read."),
    "entities": gettext_noop("%s declares what no document needs (entities) and was not read. Save it anew."),
    "unknown": gettext_noop("%s is of a type that cannot be looked through."),
    "picture": gettext_noop("%s is a picture: text in it cannot be recognised here. Look at it yourself."),
    "recognised": gettext_noop("%s: the text was recognised from a picture (confidence %s %%). Compare it."),
    "unrecognised": gettext_noop("%s: no text was recognised in the picture. Look at it yourself."),
    "covered": gettext_noop("%s holds text below something that covers it. Whoever saves the file can read it."),
}


def sentence(code: str, values: Sequence[object]) -> str:
    """Return the sentence for a code, in the language of who reads it."""
    text = _(SENTENCES[code])
    return text % tuple(value or _("This file") for value in values)
