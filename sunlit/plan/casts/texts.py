"""Casts of texts: plain, rich, names, numbers of people and organisations, telephones, addresses on the web."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import nh3
from django.utils.translation import gettext as _

from sunlit.plan.casts.base import Cast, Refused, Shape, narrow, quoted, text_of
from sunlit.text.identifiers import is_id_number, is_uscc

LONGEST = {"text": 5_000, "richtext": 500_000, "person": 60, "phone": 40, "url": 2_000}

RICH_TAGS = {
    *(
        "p",
        "br",
        "h2",
        "h3",
        "h4",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "s",
        "sub",
        "sup",
        "ul",
        "ol",
        "li",
        "blockquote",
        "a",
    ),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "img"),
}
RICH_ATTRIBUTES = {
    "a": {"href", "title"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "img": {"src", "alt"},
}
RICH_SCHEMES = {"http", "https", "mailto", "tel"}
PICTURE_SCHEME = "sha256"
LONGEST_ALT = 300

# A picture is named by what it is, so that nothing is ever loaded from elsewhere.
_PICTURE = re.compile("sha256:([0-9a-f]{64})")
_PICTURE_IN_TEXT = re.compile(r'<img [^>]*?src="sha256:([0-9a-f]{64})"')
_LOST_PICTURE = re.compile(r'<img(?![^>]* src=")[^>]*>')
_NOT_IN_ALT = re.compile("[<>]")

_PHONE = re.compile(r"\+?[0-9() \-]{3,24}(?:(?:转|ext\.?|#)[0-9]{1,6})?")
_NOT_DIGITS = re.compile("[^0-9]")
_TAG = re.compile("<[a-zA-Z/!]")


def _limit(shape: Shape) -> int:
    return shape.max_length or LONGEST[shape.type]


def _too_long(text: str, longest: int) -> Refused:
    return Refused(
        _("This has %(length)d characters, at most %(longest)d are allowed; shorten it.")
        % {"length": len(text), "longest": longest}
    )


def text(shape: Shape) -> Cast:
    """Compile the cast of a plain text."""
    longest = _limit(shape)

    def cast(value: object) -> object:
        cleaned = text_of(value)
        if len(cleaned) > longest:
            raise _too_long(cleaned, longest)
        return cleaned or None

    return cast


def richtext(shape: Shape) -> Cast:
    """Compile the cast of a formatted text: only harmless HTML is left; text without any becomes paragraphs."""
    longest = _limit(shape)

    def cast(value: object) -> object:
        cleaned = text_of(value)
        if not cleaned:
            return None
        if len(cleaned) > longest:
            raise _too_long(cleaned, longest)
        return sanitised(cleaned) or None

    return cast


def sanitised(markup: str) -> str:
    """Return HTML with nothing in it that could run, load or restyle; raises Refused if that cannot be had.

    The canonical form of Unicode is taken before *and* after: composing a combining stroke with the ``>`` before it
    would open a tag again, so only markup that neither step changes any more is let through.
    """
    for _attempt in range(6):
        cleaned = _filtered(_paragraphs(text_of(markup)))
        if cleaned == markup:
            return cleaned
        markup = cleaned
    raise Refused(_("This text cannot be made safe; paste it again without formatting."))


def pictures_in(markup: str) -> list[str]:
    """Return the SHA-256 of each picture in a formatted text in canonical form, each once, in their order."""
    return list(dict.fromkeys(_PICTURE_IN_TEXT.findall(markup)))


def with_pictures(markup: str, find: Callable[[str], str | None], *, tags: set[str]) -> str:
    """Return cleaned HTML whose pictures have the addresses that ``find`` returns; those without one are left out."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img":
            found = _PICTURE.fullmatch(value) if name == "src" else None
            return _alt(value) if name == "alt" else find(found[1]) if found else None
        return None if value.lstrip().lower().startswith(PICTURE_SCHEME) else value

    cleaned = nh3.clean(
        markup,
        tags=tags,
        attributes=RICH_ATTRIBUTES,
        url_schemes=RICH_SCHEMES | {PICTURE_SCHEME},
        link_rel="noopener nofollow",
        attribute_filter=attribute,
    )
    return _LOST_PICTURE.sub("", cleaned) if "<img" in cleaned else cleaned


def _alt(value: str) -> str:
    # Without these marks an attribute cannot be taken for the end of its tag, by whatever reads it next.
    return " ".join(_NOT_IN_ALT.sub(" ", value).split())[:LONGEST_ALT].rstrip()


def _filtered(markup: str) -> str:
    return with_pictures(markup, lambda sha256: f"{PICTURE_SCHEME}:{sha256}", tags=RICH_TAGS)


def _paragraphs(markup: str) -> str:
    if _TAG.search(markup) is not None:
        return markup
    lines = (line.strip() for line in html.unescape(markup).split("\n"))
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)


def person(shape: Shape) -> Cast:
    """Compile the cast of a natural person's name."""
    longest = _limit(shape)

    def cast(value: object) -> object:
        name = text_of(value)
        if len(name) > longest or "\n" in name:
            raise Refused(_("This is too long for one name; write one name on one line."))
        return name or None

    return cast


def id_number(_shape: Shape) -> Cast:
    """Compile the cast of an identity number (GB 11643)."""

    def cast(value: object) -> object:
        number = narrow(value).upper()
        if number and not is_id_number(number):
            raise Refused(_("This is no identity number of 18 characters with a right check character; compare it."))
        return number or None

    return cast


def uscc(_shape: Shape) -> Cast:
    """Compile the cast of a unified social credit code (GB 32100)."""

    def cast(value: object) -> object:
        # Nearly all codes come in canonical form; is_uscc accepts nothing else.
        if isinstance(value, str) and is_uscc(value):
            return value
        code = narrow(value).upper()
        if code and not is_uscc(code):
            raise Refused(
                _("“%(value)s” is no unified social credit code: 18 characters, the last one a check; compare it.")
                % {"value": quoted(code)}
            )
        return code or None

    return cast


def phone(shape: Shape) -> Cast:
    """Compile the cast of a telephone number, extension included."""
    longest = _limit(shape)

    def cast(value: object) -> object:
        number = narrow(value)
        if not number:
            return None
        digits = len(_NOT_DIGITS.sub("", number))
        if len(number) > longest or not 3 <= digits <= 20 or _PHONE.fullmatch(number) is None:
            raise Refused(
                _("“%(value)s” is no telephone number; write digits, such as 0825-1234567.") % {"value": quoted(number)}
            )
        return number

    return cast


def url(shape: Shape) -> Cast:
    """Compile the cast of a web address."""
    longest = _limit(shape)

    def cast(value: object) -> object:
        address = text_of(value)
        if not address:
            return None
        if len(address) > longest or not _is_address(address):
            raise Refused(
                _("“%(value)s” is no web address; begin with https:// and leave out spaces.")
                % {"value": quoted(address)}
            )
        return address

    return cast


def _is_address(address: str) -> bool:
    if not address.isprintable() or any(character in " <>\"'\\^`{|}" for character in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
