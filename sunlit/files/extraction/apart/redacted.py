"""Writes a PDF anew in which some places are black; run by itself: ``redacted.py '{"path": …, "to": …}'``.

A page on which something is blackened becomes a picture of itself, so that nothing lies below the black. Pages on
which something is hidden become pictures too. The others keep their content and lose everything around it.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

_KEPT = ("/Type", "/Resources", "/Contents", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
_DOTS = 200 / 72
_MOST_DOTS = 4000
_RIM = 1.5

Box = tuple[float, float, float, float]


def main(task: dict[str, Any]) -> None:
    """Write what comes of a file."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))
    from sunlit.files.extraction.apart.main import limit_self

    limit_self(task["memory"], task["seconds"], most=task["most"])
    import pikepdf
    import pypdfium2 as pdfium

    try:
        answer = redact(task["path"], task["to"], task["areas"], task["words"])
    except (pikepdf.PasswordError, pikepdf.PdfError, pdfium.PdfiumError):
        answer = {"error": "damaged"}
    except (MemoryError, OSError, ValueError, RuntimeError):
        answer = {"error": "broke"}
    json.dump(answer, sys.stdout)


def redact(path: str, to: str, areas: list[list[float]], words: list[str]) -> dict[str, object]:
    """Write the file and return the numbers of the pages that became pictures, and how often words were found."""
    import pikepdf
    import pypdfium2 as pdfium

    boxes, found = _boxes(areas), 0
    shown = pdfium.PdfDocument(path)
    pictures: dict[int, tuple[bytes, float, float]] = {}
    for number in range(len(shown)):
        page = shown[number]
        hits, hides = _hits(page, words)
        found += len(hits)
        black = [*boxes.get(number + 1, ()), *(box for hit in hits for box in hit)]
        if black or hides:
            pictures[number] = _picture(page, black)
        page.close()
    shown.close()
    with pikepdf.open(path) as source, pikepdf.new() as target:
        # Fonts and pictures of a blackened page may be shared by name with pages that stay.
        source.remove_unreferenced_resources()
        for number, old in enumerate(source.pages):
            if number in pictures or _has_layers(old.obj):
                content = pictures.get(number) or _picture_of(path, number)
                pictures[number] = content
                _add_picture(target, content)
            else:
                for key in [str(key) for key in old.obj if key not in _KEPT]:
                    del old.obj[key]
                target.pages.append(old)
        target.save(to, deterministic_id=True)
    return {"pages": sorted(number + 1 for number in pictures), "found": found}


def _boxes(areas: list[list[float]]) -> dict[int, list[Box]]:
    found: dict[int, list[Box]] = {}
    for page, left, bottom, right, top in areas:
        found.setdefault(int(page), []).append((left, bottom, right, top))
    return found


def _hits(page: Any, words: list[str]) -> tuple[list[list[Box]], bool]:
    """Return the boxes of the characters of each hit, and whether the page holds text that nobody sees."""
    import pypdfium2.raw as raw

    from sunlit.files.extraction.apart import pdf_pages

    texts = page.get_textpage()
    hidden, _has_picture = pdf_pages.hidden_objects(page, frozenset())
    places, letters = [], []
    for at in range(texts.count_chars()):
        code = raw.FPDFText_GetUnicode(texts.raw, at)
        if 0x20 < code < 0x110000 and not chr(code).isspace():
            places.append(at)
            letters.append(chr(code))
    # One character for each place, so that positions in the text are places on the page.
    text = "".join(letter.casefold()[:1] or letter for letter in letters)
    hits = []
    for word in words:
        wanted = "".join(one.casefold()[:1] for one in word if not one.isspace())
        start = text.find(wanted) if wanted else -1
        while start >= 0:
            hits.append([texts.get_charbox(place) for place in places[start : start + len(wanted)]])
            start = text.find(wanted, start + 1)
    texts.close()
    return hits, bool(hidden)


def _picture_of(path: str, number: int) -> tuple[bytes, float, float]:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    try:
        return _picture(document[number], [])
    finally:
        document.close()


def _picture(page: Any, black: list[Box]) -> tuple[bytes, float, float]:
    """Return a page as a JPEG with black boxes, and its size in points."""
    from PIL import ImageDraw

    width, height = page.get_size()
    scale = min(_DOTS, _MOST_DOTS / max(width, height, 1))
    picture = page.render(scale=scale, draw_annots=False).to_pil().convert("RGB")
    draw = ImageDraw.Draw(picture)
    for box in black:
        draw.rectangle(_on_picture(page, box, picture.size), fill=(0, 0, 0))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=85)
    return stream.getvalue(), width, height


def _on_picture(page: Any, box: Box, size: tuple[int, int]) -> Box:
    """Return where a box of the page lies on its picture, however the page is turned and cut."""
    import ctypes

    import pypdfium2.raw as raw

    corners = []
    for x, y in ((box[0] - _RIM, box[1] - _RIM), (box[2] + _RIM, box[3] + _RIM)):
        left, top = ctypes.c_int(0), ctypes.c_int(0)
        raw.FPDF_PageToDevice(page.raw, 0, 0, size[0], size[1], 0, x, y, left, top)
        corners.append((left.value, top.value))
    (a, b), (c, d) = corners
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _has_layers(page: Any) -> bool:
    """Tell whether a page has parts that are shown or not: without the list of layers all of them would be shown."""
    import pikepdf

    def look(resources: Any, depth: int) -> bool:
        if not isinstance(resources, pikepdf.Dictionary) or depth > 8:
            return depth > 8
        if any(
            isinstance(one, pikepdf.Dictionary) and "/Type" in one and one.Type in ("/OCG", "/OCMD")
            for one in dict(resources.get("/Properties", {})).values()
        ):
            return True
        inner = dict(resources.get("/XObject", {})).values()
        return any("/OC" in one or look(one.get("/Resources"), depth + 1) for one in inner)

    return look(page.get("/Resources", pikepdf.Dictionary()), 0)


def _add_picture(target: Any, content: tuple[bytes, float, float]) -> None:
    import pikepdf
    from PIL import Image

    jpeg, width, height = content
    with Image.open(io.BytesIO(jpeg)) as opened:
        across, down = opened.size
    picture = pikepdf.Stream(target, jpeg)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = across, down, 8
    picture.ColorSpace, picture.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    target.add_blank_page(page_size=(width, height))
    page = target.pages[-1].obj
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=target.make_indirect(picture)))
    page.Contents = target.make_stream(f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
