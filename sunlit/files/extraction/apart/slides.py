"""Reads a presentation: slides, and what hides: slides left out, notes, comments."""

from __future__ import annotations

from sunlit.files.extraction.apart import markup, office
from sunlit.files.extraction.apart.markup import get
from sunlit.files.extraction.apart.packages import Package
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.sink import Unreadable


def read(source: Source) -> None:
    """Hand on what a presentation says; raise Unreadable if it is no package."""
    package = Package(source.stream, source.budget)
    done = office.properties(source, package)
    for name in package.names:
        folder, _slash, file = name.removeprefix("ppt/").rpartition("/")
        if not name.startswith("ppt/") or not file.endswith(".xml"):
            continue
        if folder in ("slides", "notesSlides", "slideLayouts", "slideMasters", "notesMasters", "diagrams", "charts"):
            done.add(name)
            try:
                _slide(source, package, name, folder, file.removesuffix(".xml"))
            except Unreadable as unreadable:
                source.notice(str(unreadable), source.at(name))
    office.rest(source, package, done)


def _slide(source: Source, package: Package, name: str, folder: str, stem: str) -> None:
    root = markup.parse(package.read(name))
    hidden = None
    if folder == "notesSlides" or get(root, "show") in ("0", "false"):
        hidden = office.HIDDEN_TEXT
    for shape in root.iter("{*}sp", "{*}graphicFrame", "{*}pic", "{*}cxnSp", "{*}grpSp"):
        drawn = next(shape.iter("{*}cNvPr"), None)
        if drawn is None:
            continue
        said = " ".join(filter(None, (get(drawn, key) for key in ("name", "descr", "title"))))
        source.part(f"{stem} description", said, office.HIDDEN_TEXT)
    gone = {
        id(one) for one in root.iter("{*}sp") for drawn in one.iter("{*}cNvPr") if get(drawn, "hidden") in ("1", "true")
    }
    for paragraph in root.iter("{*}p"):
        is_gone = any(id(one) in gone for one in paragraph.iterancestors())
        source.part(stem, office.flowing(paragraph), office.HIDDEN_TEXT if is_gone else hidden)
    for value in root.iter("{*}v", "{*}f"):
        source.part(f"{stem} value", value.text or "", hidden)
    source.part(stem, "\n".join(markup.unseen(root)), office.METADATA)
