"""A Word file as formatted text: headings, lists, tables and pictures kept, nothing that could run or load."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sunlit.files import actions as files
from sunlit.files.kinds import FileRefused
from sunlit.files.models import File
from sunlit.plan.casts.base import Refused
from sunlit.plan.casts.texts import pictures_in, sanitised
from sunlit.screens.forms import apart

# Links within the document and its way back from a note lead nowhere on a page.
_INNER_LINK = re.compile(r'<a(?: href="#[^"]*"| id="[^"]*")+>(.*?)</a>', re.S)
_ARROW = re.compile(r" ?↑")
_NO_PICTURE = re.compile(r'<img(?=[^>]* src="")[^>]*>')

_REFUSALS = {
    "old": gettext_noop("This is an old Word file (.doc or .wps). Open it, save it as .docx and choose it again."),
    "broken": gettext_noop("This Word file is damaged or has a password. Save it again and choose it once more."),
    "no-word": gettext_noop("This is no Word file. Choose a .docx file."),
    "large": gettext_noop("This Word file is too large to be read. Make its pictures smaller, or split it."),
    "macros": gettext_noop("This Word file holds macros. Save it as .docx without them and choose it again."),
    "external": gettext_noop(
        "This Word file draws in something from elsewhere (a linked picture or object). Embed it and choose it again."
    ),
    "entities": gettext_noop("This Word file declares what no Word file needs. Copy its text into a new one."),
}


class WordRefused(ValueError):
    """Says, in a sentence for a clerk, why a Word file is not taken."""


@dataclass(frozen=True)
class WordText:
    """What a Word file says: clean HTML, its stored pictures, what to look at, and what title and number may be."""

    html: str
    images: list[File] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    title: str = ""
    number: str = ""
    tables: int = 0


def convert(upload: UploadedFile[Any], owner: str = "") -> WordText:
    """Return what a .docx file says, its pictures stored; raise WordRefused if it cannot or must not be read."""
    if (upload.size or 0) > files.limit():
        raise WordRefused(_(_REFUSALS["large"]))
    with tempfile.TemporaryDirectory(prefix="sunlit-word.") as folder:
        path = Path(folder) / "document.docx"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        try:
            answer = apart.run("document", str(path), folder)
        except apart.TooMuch as error:
            raise WordRefused(_(_REFUSALS["large"])) from error
        if "error" in answer:
            raise WordRefused(_(_REFUSALS.get(answer["error"], _REFUSALS["broken"])))
        return _taken(answer, Path(folder), owner)


def _taken(answer: dict[str, Any], folder: Path, owner: str) -> WordText:
    stored, lost = [], int(answer["refused"])
    for digest in answer["pictures"]:
        try:
            with (folder / digest).open("rb") as stream:
                stored.append(files.store(stream, digest, owner=owner))
        except FileRefused:
            lost += 1
    try:
        html = sanitised(_NO_PICTURE.sub("", _ARROW.sub("", _INNER_LINK.sub(r"\1", answer["html"]))))
    except Refused as refused:
        raise WordRefused(refused.message) from refused
    tables = html.count("<table")
    return WordText(
        html=html,
        images=stored,
        messages=list(_messages(html, tables, lost, answer)),
        title=answer["title"],
        number=answer["number"],
        tables=tables,
    )


def _messages(html: str, tables: int, lost: int, answer: dict[str, Any]) -> list[str]:
    pictures = len(pictures_in(html))
    found = [
        _("The Word file was read (tables: %(tables)d, pictures: %(pictures)d). Compare it with the original.")
        % {"tables": tables, "pictures": pictures}
    ]
    if lost:
        found.append(
            ngettext(
                "%d picture is in a format that browsers do not show (such as EMF). Save it as PNG and add it.",
                "%d pictures are in a format that browsers do not show (such as EMF). Save them as PNG and add them.",
                lost,
            )
            % lost
        )
    if without := html.count("<img ") - html.count(' alt="'):
        found.append(
            ngettext(
                "%d picture has no description. Write one for those who cannot see it.",
                "%d pictures have no description. Write one each for those who cannot see them.",
                without,
            )
            % without
        )
    if answer["equations"]:
        found.append(_("Formulas were left out. Add them as pictures or as text."))
    return found
