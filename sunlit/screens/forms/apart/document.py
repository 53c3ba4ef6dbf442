"""Turns a Word file into HTML and writes it as JSON; run by itself: ``document.py PATH FOLDER_FOR_PICTURES``."""

from __future__ import annotations

import hashlib
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

sys.path.insert(0, str(Path(__file__).parent))

MEMORY = 512 << 20
PROCESSOR_SECONDS = 20
MOST_BYTES, MOST_XML_BYTES, MOST_PARTS = 200 << 20, 40 << 20, 4_000
MOST_DEPTH, MOST_ELEMENTS = 200, 1_000_000
MOST_PICTURES = 200

_HARMLESS_LINKS = ("/hyperlink", "/attachedTemplate")
_OWN_ALT = re.compile(r"(图片|图像|图|picture|image|graphic|img)?[\s_-]*[0-9]*(\.\w{3,4})?|.*[\\/].*", re.I | re.S)
_STYLES = """
u => u
p[style-name='Title'] => h2:fresh
p[style-name='Subtitle'] => h3:fresh
p[style-name='heading 1'] => h2:fresh
p[style-name='heading 2'] => h3:fresh
p[style-name='heading 3'] => h4:fresh
p[style-name='heading 4'] => h4:fresh
p[style-name='heading 5'] => h4:fresh
p[style-name='heading 6'] => h4:fresh
p[style-name='标题'] => h2:fresh
p[style-name='标题 1'] => h2:fresh
p[style-name='标题 2'] => h3:fresh
p[style-name='标题 3'] => h4:fresh
p[style-name='Quote'] => blockquote > p:fresh
"""


class Unfit(Exception):
    """Names why a file is not read."""


def limit_self() -> None:
    """Give this process no more than its task may take."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


def examined(path: str) -> dict[str, bytes]:
    """Return the parts of a package; raise Unfit for one that is no Word file, or that could do harm."""
    with Path(path).open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unfit("old")
    try:
        with zipfile.ZipFile(path) as package:
            return _parts(package)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise Unfit("broken") from error


def _parts(package: zipfile.ZipFile) -> dict[str, bytes]:
    entries = package.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Unfit("large")
    if "word/document.xml" not in package.namelist():
        raise Unfit("no-word")
    parts: dict[str, bytes] = {}
    xml_bytes = 0
    for entry in entries:
        name = entry.filename
        if name.rpartition("/")[2].lower() in ("vbaproject.bin", "vbadata.xml"):
            raise Unfit("macros")
        # Reading stops at the size that the entry declares, so the sum above holds whatever is packed.
        parts[name] = package.read(entry)
        if name.endswith((".xml", ".rels")):
            xml_bytes += len(parts[name])
            if xml_bytes > MOST_XML_BYTES:
                raise Unfit("large")
            _look_through(parts[name], is_links=name.endswith(".rels"))
    return parts


def _look_through(content: bytes, *, is_links: bool) -> None:
    """Raise Unfit for XML that declares entities, is nested too deep or too long, or draws something in."""
    depth = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MOST_DEPTH or count > MOST_ELEMENTS:
            raise Unfit("large")
        is_external = is_links and attributes.get("TargetMode") == "External"
        if is_external and not attributes.get("Type", "").endswith(_HARMLESS_LINKS):
            raise Unfit("external")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_given: object) -> None:
        raise Unfit("entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Unfit("broken") from error


def repacked(parts: dict[str, bytes]) -> io.BytesIO:
    """Return a package of the parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    stream.seek(0)
    return stream


class Pictures:
    """Puts the pictures of a document into a folder, named by what they hold."""

    def __init__(self, folder: str) -> None:
        self.folder, self.refused = Path(folder), 0
        self.found: dict[str, None] = {}

    def take(self, image: Any) -> dict[str, str]:
        """Keep a picture and return the attributes of its element."""
        with image.open() as stream:
            content = stream.read()
        if len(self.found) >= MOST_PICTURES or not _is_shown(content):
            self.refused += 1
            return {"src": ""}
        digest = hashlib.sha256(content).hexdigest()
        (self.folder / digest).write_bytes(content)
        self.found[digest] = None
        return {"src": f"sha256:{digest}"}


def _is_shown(content: bytes) -> bool:
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def convert(path: str, folder: str) -> dict[str, Any]:
    """Return the text of a Word file as HTML, with what could be told about it."""
    import mammoth
    from numbering import number_paragraphs  # type: ignore[import-not-found]  # found beside this script

    parts = examined(path)
    document = ElementTree.fromstring(parts["word/document.xml"])  # noqa: S314  # examined: it declares no entities
    numbering = parts.get("word/numbering.xml")
    if numbering:
        definitions = ElementTree.fromstring(numbering)  # noqa: S314  # examined as well
        styles = ElementTree.fromstring(parts.get("word/styles.xml", b"<none/>"))  # noqa: S314  # examined as well
        number_paragraphs(document, definitions, styles)
        parts["word/document.xml"] = ElementTree.tostring(document, encoding="utf-8")
        parts["word/numbering.xml"] = ElementTree.tostring(definitions, encoding="utf-8")
    pictures = Pictures(folder)
    try:
        result = mammoth.convert_to_html(
            repacked(parts),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(pictures.take),
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except (KeyError, AttributeError, TypeError, ValueError, IndexError, OSError) as error:
        raise Unfit("broken") from error
    html = _alts(result.value)
    title, number = guesses(document, parts.get("word/styles.xml", b""))
    return {
        "html": html,
        "pictures": list(pictures.found),
        "refused": pictures.refused,
        "equations": sum(1 for _one in document.iter(f"{MATH}oMath")),
        "notes": sum(1 for _one in document.iter(f"{WORD}footnoteReference")),
        "title": title,
        "number": number,
    }


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,15}\s*[〔\[［（(【]\s*((?:19|20)[0-9]{2})\s*[〕\]］）)】]\s*第?\s*([0-9]{1,5})\s*号"
)


def _alts(html: str) -> str:
    def one(found: re.Match[str]) -> str:
        return "" if _OWN_ALT.fullmatch(found[1]) else found[0]

    return re.sub(r' alt="([^"]*)"', one, html)


def guesses(document: ElementTree.Element, styles: bytes) -> tuple[str, str]:
    """Return what seem to be the title (in the style for titles, else in the middle) and the number of a document."""
    titled, centred, number = [], [], ""
    is_open = True
    for paragraph in list(document.iter(f"{WORD}p"))[:60]:
        text = "".join(part.text or "" for part in paragraph.iter(f"{WORD}t")).strip()
        if not text:
            continue
        if not number and len(text) < 60 and (found := _NUMBER.search(text)):
            before = found[0][: found.start(1) - found.start()].rstrip(" 〔[［（(【")
            number = f"{before.strip()}〔{found[1]}〕{int(found[2])}号"
            continue
        if _style(paragraph) in _title_styles(styles):
            titled.append(text)
        if _is_centred(paragraph) and len(text) <= 60 and not text.endswith("文件"):
            if is_open:
                centred.append(text)
        elif centred:
            is_open = False
    return ("".join(titled) or "".join(centred[:4]))[:200], number


def _title_styles(styles: bytes) -> set[str]:
    pattern = rb'<w:style [^>]*w:styleId="([^"]+)"[^>]*>\s*<w:name w:val="(?:[Tt]itle|\xe6\xa0\x87\xe9\xa2\x98)"'
    return {one.decode("utf-8", "replace") for one in re.findall(pattern, styles)}


def _style(paragraph: ElementTree.Element) -> str:
    found = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
    return found.get(f"{WORD}val", "") if found is not None else ""


def _is_centred(paragraph: ElementTree.Element) -> bool:
    found = paragraph.find(f"{WORD}pPr/{WORD}jc")
    return found is not None and found.get(f"{WORD}val") == "center"


def main(work: Callable[[str, str], dict[str, Any]], path: str, folder: str) -> None:
    """Write what comes of a file."""
    limit_self()
    try:
        answer = work(path, folder)
    except Unfit as unfit:
        answer = {"error": str(unfit)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(convert, sys.argv[1], sys.argv[2])
