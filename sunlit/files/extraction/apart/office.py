"""What all office packages have: properties, relations, custom XML, embedded files, and parts nobody shows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sunlit.files.extraction.apart import markup
from sunlit.files.extraction.apart.packages import Package
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.readers import read_inner
from sunlit.files.extraction.apart.sink import Unreadable

COMMENT, METADATA, EMBEDDED, HIDDEN_TEXT = "comment", "metadata", "embedded file", "hidden text"
CHANGE, CACHE = "tracked change", "cache"
# What holds settings and looks, but no words of its author; their attributes are not looked through.
_DULL = ("theme", "fonttable", "websettings", "stylesWithEffects".lower(), "tablestyles", "viewprops", "calcchain")
_WORD_END = frozenset({"p", "tr", "br", "cr", "si", "row"})


def rest(source: Source, package: Package, done: Collection[str]) -> None:
    """Hand on every part that its reader did not know, so that nothing hides in a corner."""
    for name in package.names:
        if name in done or name == "[Content_Types].xml":
            continue
        try:
            _one(source, package, name)
        except Unreadable as unreadable:
            source.notice(str(unreadable), source.at(name))
    if package.comment:
        source.part("archive comment", package.comment.decode("utf-8", "replace"), METADATA)


def _one(source: Source, package: Package, name: str) -> None:
    lower = name.lower()
    if "thumbnail" in lower:
        # A picture of the first page as it once was: no reader of the text, and taken out when a file is taken in.
        _binary(source, package.read(name), name, METADATA)
    elif lower.endswith((".xml", ".rels", ".vml")):
        _xml(source, package.read(name), name, lower)
    elif lower.endswith((".emf", ".wmf", ".bin", ".ole", ".dat")) and "embed" not in lower:
        _binary(source, package.read(name), name, METADATA)
    elif "/media/" in lower or lower.startswith(("pictures/", "thumbnails/", "docprops/")):
        read_inner(source, package.read(name), name)
    elif "embed" in lower and lower.endswith((".bin", ".ole")):
        _binary(source, package.read(name), name, EMBEDDED)
        source.notice("unknown", source.at(name))
    else:
        read_inner(source, package.read(name), name, EMBEDDED)


def _xml(source: Source, content: bytes, name: str, lower: str) -> None:
    root = markup.parse(content)
    if any(dull in lower for dull in _DULL):
        found = list(markup.unseen(root))
    elif lower.endswith(".rels"):
        found = [markup.get(one, "Target") for one in root.iter() if markup.get(one, "TargetMode") == "External"]
    else:
        found = list(markup.texts(root))
    hidden = COMMENT if "comment" in lower or "annotation" in lower or "person" in lower else METADATA
    if "cache" in lower or "externallink" in lower:
        hidden = CACHE
    source.part(name, "\n".join(found), hidden)


def _binary(source: Source, content: bytes, name: str, hidden: str) -> None:
    """Hand on what looks like text within bytes that nothing here can read."""
    from sunlit.files.extraction.apart.strings import strings

    source.part(name, "\n".join(strings(content)), hidden)


def properties(source: Source, package: Package) -> set[str]:
    """Hand on title, author, company and the like; return the names of the parts that were read."""
    done = set()
    for name in package.names:
        if name.startswith("docProps/") and name.endswith(".xml"):
            done.add(name)
            for element in markup.parse(package.read(name)).iter():
                if element.text and element.text.strip():
                    source.part(f"{name} {markup.local(element)}", element.text, METADATA)
    return done


def flowing(element: Any) -> str:
    """Return the text within an element, lines and cells kept apart."""
    found = []
    for one in element.iter():
        name = markup.local(one)
        if name in ("t", "delText", "instrText") and one.text:
            found.append(one.text)
        elif name == "tab":
            found.append("\t")
        elif name in _WORD_END:
            found.append("\n")
    return "".join(found).strip("\n")
