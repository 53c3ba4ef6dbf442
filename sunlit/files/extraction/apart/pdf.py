"""Reads a PDF: the text of its pages, and what hides around it: notes, fields, attachments, properties."""

from __future__ import annotations

from typing import Any

import pikepdf

from sunlit.files.extraction.apart import pdf_pages
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.readers import read_inner
from sunlit.files.extraction.apart.sink import Unreadable

ANNOTATION, METADATA, EMBEDDED = "annotation", "metadata", "embedded file"
_BINARY = frozenset(
    {
        "/ID",
        "/CheckSum",
        "/O",
        "/U",
        "/OE",
        "/UE",
        "/Perms",
        "/Panose",
        "/CharSet",
        "/Cert",
        "/Contents_sig",
        "/Lookup",
        "/CS",
        "/ColorSpace",
        "/DA",
        "/Lang",
        "/Registry",
        "/Ordering",
        "/Matrix",
        "/Decode",
    }
)
MOST_STREAM = 32 << 20


def read(source: Source) -> None:
    """Hand on what a PDF says; raise Unreadable if it is damaged or encrypted."""
    content = source.stream.read()
    hidden_layers: frozenset[str] = frozenset()
    try:
        with pikepdf.open(source.stream) as document:
            if document.is_encrypted:
                source.notice("encrypted", source.label)
            hidden_layers = _layers_off(document)
            _properties(source, document)
            _objects(source, document)
    except pikepdf.PasswordError as error:
        raise Unreadable("encrypted") from error
    except pikepdf.PdfError:
        source.notice("damaged", source.label)
    pdf_pages.read(source, content, hidden_layers)


def _layers_off(document: pikepdf.Pdf) -> frozenset[str]:
    """Return the names of the layers that are not shown at first."""
    layers = document.Root.get("/OCProperties")
    if layers is None:
        return frozenset()
    default: Any = layers.get("/D", {})
    off = list(default.get("/OFF", []))
    if default.get("/BaseState") == "/OFF":
        on = {one.objgen for one in default.get("/ON", [])}
        off += [one for one in layers.get("/OCGs", []) if one.objgen not in on]
    return frozenset(str(one.get("/Name", "")) for one in off)


def _properties(source: Source, document: pikepdf.Pdf) -> None:
    info = document.trailer.get("/Info")
    if isinstance(info, pikepdf.Dictionary):
        for key, value in info.items():
            if isinstance(value, pikepdf.String):
                source.part(f"properties {str(key)[1:]}", str(value), METADATA)


def _objects(source: Source, document: pikepdf.Pdf) -> None:
    """Look through every object, so that no corner is left: each string says where it stands by its key."""
    for item in document.objects:
        source.sink.check_time()
        if isinstance(item, pikepdf.Stream):
            _stream(source, item)
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
            _strings(source, item, _kind(item), 0)


def _kind(item: Any) -> str:
    if not isinstance(item, pikepdf.Dictionary):
        return METADATA
    is_note = item.get("/Type") == "/Annot" or "/Rect" in item or "/FT" in item or "/Fields" in item
    return ANNOTATION if is_note else METADATA


def _stream(source: Source, item: pikepdf.Stream) -> None:
    kind, sub = str(item.get("/Type", "")), str(item.get("/Subtype", ""))
    is_file = kind == "/EmbeddedFile" or (not kind and not sub and "/Params" in item)
    is_xml = kind == "/Metadata" or sub == "/XML"
    is_picture = sub == "/Image" and "/DCTDecode" in str(item.get("/Filter", ""))
    if not (is_file or is_xml or is_picture):
        return
    declared = item.get("/Length", 0)
    if isinstance(declared, int) and declared > MOST_STREAM:
        source.notice("large", source.at(kind or sub))
        return
    try:
        content = item.read_raw_bytes() if is_picture else item.read_bytes()
    except pikepdf.PdfError:
        source.notice("damaged", source.at(kind or sub))
        return
    if len(content) > MOST_STREAM:
        source.notice("large", source.at(kind or sub))
    elif is_xml:
        _xmp(source, content)
    elif is_picture:
        from sunlit.files.extraction.apart import segments

        for where, text in segments.of_jpeg(content):
            source.part(f"picture {where}", text, METADATA)
    else:
        source.budget.unpacked -= len(content)
        read_inner(source, content, "attachment", EMBEDDED)


def _xmp(source: Source, content: bytes) -> None:
    from sunlit.files.extraction.apart import markup

    try:
        text = "\n".join(markup.texts(markup.parse(content.strip().strip(b"\x00"))))
    except Unreadable:
        text = content.decode("utf-8", "replace")
    source.part("XMP", text, METADATA)


def _strings(source: Source, item: Any, hidden: str, depth: int) -> None:
    """Hand on the strings of one object; what it refers to comes by itself."""
    if depth > 6:
        return
    if isinstance(item, pikepdf.Array):
        pairs = [("", value) for value in item]
    else:
        pairs = [(str(key), value) for key, value in item.items()]
    for key, value in pairs:
        if isinstance(value, pikepdf.String):
            if key not in _BINARY and (text := str(value)).strip():
                source.part(f"{hidden} {key.lstrip('/')}".strip(), text, hidden)
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            _strings(source, value, hidden, depth + 1)
