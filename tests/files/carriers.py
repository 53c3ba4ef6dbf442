"""Real files of every type that carry a given word at every place where one can hide.

``CARRIERS`` lists them: name, media type, where the word stands, whether readers would see it, and how to make it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
import pikepdf
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image, PngImagePlugin

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = (
    f"{OFFICE}wordprocessingml.document",
    f"{OFFICE}spreadsheetml.sheet",
    f"{OFFICE}presentationml.presentation",
)
ODS, PDF, ZIP, HTML = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/pdf",
    "application/zip",
    "text/html",
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def package(parts: dict[str, str | bytes], comment: bytes = b"") -> bytes:
    """Return a ZIP file of parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return stream.getvalue()


def docx(body: str = "<w:p><w:r><w:t>公开</w:t></w:r></w:p>", **parts: str | bytes) -> bytes:
    """Return a Word file with a body, and more parts (``__`` for ``/``)."""
    more = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()}
    return package(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": f'<?xml version="1.0"?><w:document {W} {R}><w:body>{body}</w:body></w:document>',
            **more,
        }
    )


def run(word: str, properties: str = "", tag: str = "t") -> str:
    """Return a run of text."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:{tag}>{word}</w:{tag}></w:r>"


def story(root: str, word: str, inner: str = "") -> str:
    """Return a part of a Word file beside its body."""
    paragraph = f"<w:p>{run(word)}</w:p>"
    return f"<w:{root} {W}>{inner.format(paragraph) if inner else paragraph}</w:{root}>"


def body(properties: str = "", tag: str = "t", around: str = "{}") -> Callable[[str], bytes]:
    """Return a maker of Word files whose body holds the word in a certain way."""
    return lambda word: docx(f"<w:p>{run('公开')}{around.format(run(word, properties, tag))}</w:p>")


_BOX = '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>'  # noqa: E501
_DRAWN = (
    '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:docPr id="1" name="图" descr="{}"/></wp:inline></w:drawing></w:r>'
)


def xlsx(change: Callable[[openpyxl.Workbook, str], None], word: str) -> bytes:
    """Return a workbook with two sheets after something was done to it."""
    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.active["A1"] = "公开"
    change(book, word)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cell(address: str, *, row: bool = False, column: bool = False, sheet: str = "", width: bool = False):
    """Return what puts a word into a cell, and hides its row, its column or its sheet."""

    def change(book: openpyxl.Workbook, word: str) -> None:
        place = book.create_sheet("别处") if sheet else book.active
        place[address] = word
        if row:
            place.row_dimensions[place[address].row].hidden = True
        if column:
            place.column_dimensions[place[address].column_letter].hidden = True
        if sheet:
            place.sheet_state = sheet

    return lambda word: xlsx(change, word)


def _comment(book: openpyxl.Workbook, word: str) -> None:
    book.active["A1"].comment = Comment(word, "李")


def _name(book: openpyxl.Workbook, word: str) -> None:
    book.defined_names["名"] = DefinedName("名", attr_text=f'"{word}"')


def _creator(book: openpyxl.Workbook, word: str) -> None:
    book.properties.creator = word


def _format(book: openpyxl.Workbook, word: str) -> None:
    book.active["B2"] = word
    book.active["B2"].number_format = ";;;"


def with_part(made: bytes, name: str, content: str | bytes) -> bytes:
    """Return a package with a part more."""
    stream = io.BytesIO(made)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def pptx(shown: str = "公开", **parts: str) -> bytes:
    """Return a presentation of one slide."""
    more = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()}
    return package(
        {
            "[Content_Types].xml": TYPES,
            "ppt/presentation.xml": f"<p:presentation {P}/>",
            "ppt/slides/slide1.xml": slide(shown),
            **more,
        }
    )


def slide(word: str, attributes: str = "", root: str = "sld") -> str:
    """Return a slide."""
    text = f"<a:p><a:r><a:t>{word}</a:t></a:r></a:p>"
    shape = f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/></p:nvSpPr><p:txBody>{text}</p:txBody></p:sp>'
    return f"<p:{root} {P} {A} {attributes}><p:cSld><p:spTree>{shape}</p:spTree></p:cSld></p:{root}>"


def ods(table: str, meta: str = "", styles: str = "") -> bytes:
    """Return an OpenDocument workbook."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("meta", "meta"),
        )
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    )
    return package(
        {
            "mimetype": ODS,
            "content.xml": content,
            "meta.xml": f"<office:document-meta {spaces}><office:meta>{meta}</office:meta></office:document-meta>",
        }
    )


def sheet(cells: str, row: str = "", attributes: str = "", columns: str = "") -> str:
    """Return a sheet of one row for an OpenDocument workbook."""
    return (
        f'<table:table table:name="名单" {attributes}>{columns}'
        f"<table:table-row {row}>{cells}</table:table-row></table:table>"
    )


def ods_cell(word: str, inner: str = "") -> str:
    """Return a cell."""
    return f'<table:table-cell office:value-type="string">{inner}<text:p>{word}</text:p></table:table-cell>'


def pdf(content: bytes = b"", change: Callable[[pikepdf.Pdf], None] | None = None) -> bytes:
    """Return a PDF of one page; ``{}`` in its content is where text in a font is drawn."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(400, 400))
    page = document.pages[0].obj
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font)))
    page.Contents = document.make_stream(b"BT /F1 12 Tf 20 300 Td (public) Tj ET\n" + content)
    if change:
        change(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def drawn(word: str, before: str = "", after: str = "", at: str = "20 200") -> bytes:
    """Return what draws a word."""
    return f"{before} BT /F1 12 Tf {at} Td ({word}) Tj ET {after}".encode("latin-1", "replace")


def _note(document: pikepdf.Pdf, word: str) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=pikepdf.String(word)
    )
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])


def _field(document: pikepdf.Pdf, word: str) -> None:
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("f"), V=pikepdf.String(word), Rect=[0, 0, 9, 9])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([document.make_indirect(field)]))


def _info(document: pikepdf.Pdf, word: str) -> None:
    document.docinfo["/Author"] = word


def _xmp(document: pikepdf.Pdf, word: str) -> None:
    with document.open_metadata() as found:
        found["dc:creator"] = [word]


def _attached(document: pikepdf.Pdf, word: str) -> None:
    document.attachments["附件.txt"] = pikepdf.AttachedFileSpec(document, f"内容 {word}".encode())


def _layer(document: pikepdf.Pdf, word: str) -> None:
    layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("off")))
    document.Root.OCProperties = pikepdf.Dictionary(
        OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(OFF=pikepdf.Array([layer]))
    )
    page = document.pages[0].obj
    page.Resources.Properties = pikepdf.Dictionary(L1=layer)
    page.Contents = document.make_stream(drawn(word, "/OC /L1 BDC", "EMC"))


def of_pdf(change: Callable[[pikepdf.Pdf, str], None]) -> Callable[[str], bytes]:
    """Return a maker of PDF files after something was done to them."""
    return lambda word: pdf(change=lambda document: change(document, word))


def picture(kind: str, **saved: object) -> bytes:
    """Return a small picture."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(stream, kind, **saved)
    return stream.getvalue()


def exif(word: str) -> Image.Exif:
    """Return EXIF with a word for its description and a place."""
    found = Image.Exif()
    found[0x010E] = word
    found.get_ifd(0x8825)[2] = (31.0, 12.0, 30.0)
    return found


def _png_text(word: str) -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_itxt("Description", word)
    return picture("PNG", pnginfo=said)


def png_tail(word: str) -> bytes:
    """Return a PNG with a chunk of text behind its picture."""
    made = picture("PNG")
    payload = b"Comment\x00\x00\x00\x00\x00" + word.encode()
    chunk = struct.pack(">I", len(payload)) + b"iTXt" + payload + struct.pack(">I", zlib.crc32(b"iTXt" + payload))
    return made[:-12] + chunk + made[-12:]


@dataclass(frozen=True)
class Carrier:
    """A way to carry a word."""

    name: str
    type: str
    place: str
    hidden: str | None
    make: Callable[[str], bytes]


CARRIERS = [
    Carrier("a.docx", DOCX, "body", None, body()),
    Carrier(
        "a.docx",
        DOCX,
        "table",
        None,
        lambda word: docx(f"<w:tbl><w:tr><w:tc><w:p>{run(word)}</w:p></w:tc></w:tr></w:tbl>"),
    ),
    Carrier("a.docx", DOCX, "header", None, lambda word: docx(word__header1_xml=story("hdr", word))),
    Carrier("a.docx", DOCX, "footer", None, lambda word: docx(word__footer1_xml=story("ftr", word))),
    Carrier(
        "a.docx",
        DOCX,
        "footnote",
        None,
        lambda word: docx(word__footnotes_xml=story("footnotes", word, "<w:footnote>{}</w:footnote>")),
    ),
    Carrier("a.docx", DOCX, "text box", None, body(around=_BOX)),
    Carrier(
        "a.docx",
        DOCX,
        "comment",
        "comment",
        lambda word: docx(word__comments_xml=story("comments", word, "<w:comment>{}</w:comment>")),
    ),
    Carrier("a.docx", DOCX, "insertion", "tracked change", body(around="<w:ins>{}</w:ins>")),
    Carrier("a.docx", DOCX, "deletion", "tracked change", body(tag="delText", around="<w:del>{}</w:del>")),
    Carrier("a.docx", DOCX, "vanished", "hidden text", body("<w:vanish/>")),
    Carrier("a.docx", DOCX, "white", "hidden text", body('<w:color w:val="FFFFFF"/>')),
    Carrier("a.docx", DOCX, "alt text", "hidden text", lambda word: docx(f"<w:p>{_DRAWN.format(word)}</w:p>")),
    Carrier(
        "a.docx", DOCX, "author", "metadata", lambda word: docx(docProps__core_xml=f"<c><creator>{word}</creator></c>")
    ),
    Carrier("a.docx", DOCX, "custom XML", "metadata", lambda word: docx(customXml__item1_xml=f"<x>{word}</x>")),
    Carrier(
        "a.docx",
        DOCX,
        "embedded workbook",
        "embedded file",
        lambda word: docx(**{"word__embeddings__book.xlsx": cell("B2")(word)}),
    ),
    Carrier("a.docx", DOCX, "XML comment", "metadata", lambda word: docx(f"<w:p><!--{word}--></w:p>")),
    Carrier("a.xlsx", XLSX, "cell", None, cell("C5")),
    Carrier("a.xlsx", XLSX, "hidden sheet", "hidden sheet", cell("C5", sheet="hidden")),
    Carrier("a.xlsx", XLSX, "very hidden sheet", "hidden sheet", cell("C5", sheet="veryHidden")),
    Carrier("a.xlsx", XLSX, "hidden row", "hidden row", cell("C5", row=True)),
    Carrier("a.xlsx", XLSX, "hidden column", "hidden column", cell("C5", column=True)),
    Carrier("a.xlsx", XLSX, "format that shows nothing", "hidden text", lambda word: xlsx(_format, word)),
    Carrier("a.xlsx", XLSX, "comment", "comment", lambda word: xlsx(_comment, word)),
    Carrier(
        "a.xlsx",
        XLSX,
        "threaded comment",
        "comment",
        lambda word: with_part(
            cell("A2")("x"),
            "xl/threadedComments/threadedComment1.xml",
            f"<T><threadedComment><text>{word}</text></threadedComment></T>",
        ),
    ),
    Carrier(
        "a.xlsx",
        XLSX,
        "pivot cache",
        "cache",
        lambda word: with_part(cell("A2")("x"), "xl/pivotCache/pivotCacheRecords1.xml", f'<r {S}><s v="{word}"/></r>'),
    ),
    Carrier(
        "a.xlsx",
        XLSX,
        "external link",
        "cache",
        lambda word: with_part(cell("A2")("x"), "xl/externalLinks/externalLink1.xml", f"<e {S}><v>{word}</v></e>"),
    ),
    Carrier("a.xlsx", XLSX, "defined name", "metadata", lambda word: xlsx(_name, word)),
    Carrier("a.xlsx", XLSX, "author", "metadata", lambda word: xlsx(_creator, word)),
    Carrier("a.pptx", PPTX, "slide", None, lambda word: pptx(word)),
    Carrier(
        "a.pptx",
        PPTX,
        "hidden slide",
        "hidden text",
        lambda word: pptx(ppt__slides__slide2_xml=slide(word, 'show="0"')),
    ),
    Carrier(
        "a.pptx",
        PPTX,
        "notes",
        "hidden text",
        lambda word: pptx(ppt__notesSlides__notesSlide1_xml=slide(word, root="notes")),
    ),
    Carrier(
        "a.pptx",
        PPTX,
        "comment",
        "comment",
        lambda word: pptx(ppt__comments__comment1_xml=f"<c><text>{word}</text></c>"),
    ),
    Carrier("a.ods", ODS, "cell", None, lambda word: ods(sheet(ods_cell(word)))),
    Carrier(
        "a.ods", ODS, "hidden row", "hidden row", lambda word: ods(sheet(ods_cell(word), 'table:visibility="filter"'))
    ),
    Carrier(
        "a.ods",
        ODS,
        "hidden column",
        "hidden column",
        lambda word: ods(sheet(ods_cell(word), columns='<table:table-column table:visibility="collapse"/>')),
    ),
    Carrier(
        "a.ods",
        ODS,
        "hidden sheet",
        "hidden sheet",
        lambda word: ods(
            sheet(ods_cell(word), attributes='table:style-name="ta1"'),
            styles='<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>',
        ),
    ),
    Carrier(
        "a.ods",
        ODS,
        "comment",
        "comment",
        lambda word: ods(sheet(ods_cell("x", f"<office:annotation><text:p>{word}</text:p></office:annotation>"))),
    ),
    Carrier(
        "a.ods",
        ODS,
        "properties",
        "metadata",
        lambda word: ods(sheet(ods_cell("x")), f"<meta:creator>{word}</meta:creator>"),
    ),
    Carrier("a.pdf", PDF, "page", None, lambda word: pdf(drawn(word))),
    Carrier("a.pdf", PDF, "invisible text", "text layer", lambda word: pdf(drawn(word, "3 Tr"))),
    Carrier(
        "a.pdf", PDF, "under a black box", "hidden text", lambda word: pdf(drawn(word, after="0 g 10 190 380 30 re f"))
    ),
    Carrier("a.pdf", PDF, "white text", "hidden text", lambda word: pdf(drawn(word, "1 1 1 rg"))),
    Carrier("a.pdf", PDF, "beside the paper", "hidden text", lambda word: pdf(drawn(word, at="900 200"))),
    Carrier("a.pdf", PDF, "layer that is off", "hidden text", of_pdf(_layer)),
    Carrier("a.pdf", PDF, "note", "annotation", of_pdf(_note)),
    Carrier("a.pdf", PDF, "field of a form", "annotation", of_pdf(_field)),
    Carrier("a.pdf", PDF, "attachment", "embedded file", of_pdf(_attached)),
    Carrier("a.pdf", PDF, "author", "metadata", of_pdf(_info)),
    Carrier("a.pdf", PDF, "XMP", "metadata", of_pdf(_xmp)),
    Carrier("a.html", HTML, "text", None, lambda word: f"<html><body><p>{word}</p></body></html>".encode()),
    Carrier("a.html", HTML, "comment", "comment", lambda word: f"<html><body><!-- {word} --></body></html>".encode()),
    Carrier(
        "a.html", HTML, "hidden", "hidden text", lambda word: f"<p>x</p><div style='display:none'>{word}</div>".encode()
    ),
    Carrier(
        "a.html",
        HTML,
        "meta",
        "metadata",
        lambda word: f"<html><head><meta name=a content='{word}'></head></html>".encode(),
    ),
    Carrier("a.txt", "text/plain", "text", None, lambda word: f"第一行\n{word}\n".encode()),
    Carrier("a.txt", "text/plain", "GB 18030", None, lambda word: f"第一行\n{word}\n".encode("gb18030")),
    Carrier("a.csv", "text/csv", "cell", None, lambda word: f"姓名,号码\n张某,{word}\n".encode()),
    Carrier("a.zip", ZIP, "name of a member", None, lambda word: package({f"{word}.txt": "x"})),
    Carrier("a.zip", ZIP, "member", None, lambda word: package({"x.txt": word})),
    Carrier(
        "a.zip",
        ZIP,
        "document in an archive in an archive",
        None,
        lambda word: package({"b.zip": package({"c.docx": body()(word)})}),
    ),
    Carrier("a.zip", ZIP, "comment of the archive", "metadata", lambda word: package({"x.txt": "x"}, word.encode())),
    Carrier("a.jpg", "image/jpeg", "EXIF", "metadata", lambda word: picture("JPEG", exif=exif(word))),
    Carrier("a.jpg", "image/jpeg", "comment", "metadata", lambda word: picture("JPEG", comment=word.encode())),
    Carrier("a.jpg", "image/jpeg", "XMP", "metadata", lambda word: picture("JPEG", xmp=f"<x>{word}</x>".encode())),
    Carrier("a.png", "image/png", "text", "metadata", _png_text),
    Carrier("a.png", "image/png", "text behind the picture", "metadata", png_tail),
    Carrier("a.png", "image/png", "EXIF", "metadata", lambda word: picture("PNG", exif=exif(word))),
    Carrier("a.gif", "image/gif", "comment", "metadata", lambda word: picture("GIF", comment=word.encode())),
    Carrier("a.webp", "image/webp", "EXIF", "metadata", lambda word: picture("WEBP", exif=exif(word))),
    Carrier("a.webp", "image/webp", "XMP", "metadata", lambda word: picture("WEBP", xmp=f"<x>{word}</x>".encode())),
]
