"""The text of the pages of a PDF, and which of it nobody sees."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from sunlit.files.extraction.apart import recognition
from sunlit.files.extraction.apart.place import Source
from sunlit.files.extraction.apart.sink import Unreadable

TEXT_LAYER, HIDDEN_TEXT = "text layer", "hidden text"
_INVISIBLE = 3
_DOTS = 200 / 72


def read(source: Source, content: bytes, hidden_layers: frozenset[str]) -> None:
    """Hand on the text of every page; raise Unreadable if the document cannot be opened."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Unreadable("damaged") from error
    try:
        for number in range(len(document)):
            source.sink.check_time()
            try:
                page = document[number]
            except pdfium.PdfiumError:
                source.notice("damaged", source.at(f"page {number + 1}"))
                continue
            try:
                _page(source, page, f"page {number + 1}", hidden_layers)
            finally:
                page.close()
    finally:
        document.close()


def _page(source: Source, page: Any, where: str, hidden_layers: frozenset[str]) -> None:
    texts = page.get_textpage()
    try:
        hidden, has_picture = hidden_objects(page, hidden_layers)
        if hidden:
            pieces = _split(texts, hidden)
            source.part(where, pieces.pop("", ""))
            for why, text in pieces.items():
                source.part(where, text, why)
                if why == HIDDEN_TEXT:
                    source.notice("covered", source.at(where), complete=True)
        else:
            source.part(where, texts.get_text_range())
        has_text = texts.count_chars() > 0
    finally:
        texts.close()
    if has_picture and not has_text:
        recognition.recognise(source, where, lambda: page.render(scale=_DOTS, grayscale=True).to_pil())


Box = tuple[float, float, float, float]


def hidden_objects(page: Any, hidden_layers: frozenset[str]) -> tuple[dict[int, str], bool]:
    """Return why some text objects are not seen, by their address, and whether the page holds a picture."""
    found: dict[int, str] = {}
    shown: list[tuple[int, Box, bool]] = []
    has_picture = False
    paper = page.get_bbox()
    for one in page.get_objects(max_depth=4):
        if one.type == raw.FPDF_PAGEOBJ_IMAGE:
            has_picture = True
            _cover(found, shown, one.get_bounds(), TEXT_LAYER)
        elif one.type == raw.FPDF_PAGEOBJ_PATH and _is_opaque(one.raw):
            _cover(found, shown, one.get_bounds(), HIDDEN_TEXT)
        elif one.type == raw.FPDF_PAGEOBJ_TEXT:
            if why := _why_unseen(one, paper, hidden_layers):
                found[_address(one.raw)] = why
            else:
                shown.append((_address(one.raw), one.get_bounds(), _is_white(one.raw)))
    # White text is seen on something dark only; below white text that covers nothing there is white paper.
    for address, _bounds, is_white in shown:
        if is_white and not has_picture:
            found.setdefault(address, HIDDEN_TEXT)
    return found, has_picture


def _why_unseen(one: Any, paper: Box, hidden_layers: frozenset[str]) -> str:
    """Return why a text object by itself is not seen: invisible, in a layer that is off, tiny or beside the paper."""
    if raw.FPDFTextObj_GetTextRenderMode(one.raw) == _INVISIBLE:
        return TEXT_LAYER
    if hidden_layers and _layers(one.raw) & hidden_layers:
        return HIDDEN_TEXT
    bounds = one.get_bounds()
    is_beside = bounds[2] < paper[0] or bounds[0] > paper[2] or bounds[3] < paper[1] or bounds[1] > paper[3]
    return HIDDEN_TEXT if is_beside or _is_tiny(bounds) else ""


def _cover(
    found: dict[int, str],
    shown: list[tuple[int, Box, bool]],
    over: Box,
    why: str,
) -> None:
    """Note every text drawn before that lies under a surface, all but a rim of it."""
    for address, (left, bottom, right, top), _white in shown:
        rim = max(1.0, (top - bottom) * 0.3)
        if over[0] <= left + rim and over[1] <= bottom + rim and over[2] >= right - rim and over[3] >= top - rim:
            found.setdefault(address, why)


def _split(texts: Any, hidden: dict[int, str]) -> dict[str, str]:
    """Return the text of a page, what is seen and what is not, in the order of reading."""
    count = texts.count_chars()
    pieces: dict[str, list[str]] = {"": []}
    last = ""
    for at in range(count):
        item = raw.FPDFText_GetTextObject(texts.raw, at)
        if item:
            last = hidden.get(_address(item), "")
        pieces.setdefault(last, []).append(_character(texts, at))
    return {why: "".join(found) for why, found in pieces.items()}


def _character(texts: Any, at: int) -> str:
    code = raw.FPDFText_GetUnicode(texts.raw, at)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code <= 0xDFFF else ""


def _address(item: Any) -> int:
    return int(ctypes.cast(item, ctypes.c_void_p).value or 0)


def _colour(item: Any) -> tuple[int, int, int, int]:
    parts = [ctypes.c_uint(0) for _one in range(4)]
    if not raw.FPDFPageObj_GetFillColor(item, *parts):
        return 0, 0, 0, 255
    red, green, blue, alpha = (int(one.value) for one in parts)
    return red, green, blue, alpha


def _is_white(item: Any) -> bool:
    red, green, blue, alpha = _colour(item)
    return (red, green, blue) == (255, 255, 255) or alpha == 0


def _is_opaque(item: Any) -> bool:
    mode, stroke = ctypes.c_int(0), ctypes.c_int(0)
    if not raw.FPDFPath_GetDrawMode(item, mode, stroke) or mode.value == raw.FPDF_FILLMODE_NONE:
        return False
    return _colour(item)[3] >= 250


def _is_tiny(bounds: Box) -> bool:
    return 0 < bounds[3] - bounds[1] < 0.6 and bounds[2] - bounds[0] > 0


def _layers(item: Any) -> set[str]:
    """Return the names of the layers that an object belongs to."""
    found = set()
    for at in range(max(0, raw.FPDFPageObj_CountMarks(item))):
        mark = raw.FPDFPageObj_GetMark(item, at)
        size = ctypes.c_ulong(0)
        if not raw.FPDFPageObjMark_GetParamStringValue(mark, b"Name", None, 0, size) or not 0 < size.value < 4096:
            continue
        buffer = ctypes.create_string_buffer(size.value)
        raw.FPDFPageObjMark_GetParamStringValue(
            mark, b"Name", ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size.value, size
        )
        found.add(buffer.raw.decode("utf-16-le", "replace").rstrip("\x00"))
    return found
