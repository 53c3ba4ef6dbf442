"""Tags and filters that every template may use."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()
_HAN = re.compile(r"[\u3400-\u9fff]")

CHINESE_DIGITS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


@register.simple_tag
def zh() -> SafeString:
    """Mark an element whose words are Chinese on a page in another language, so that it is read aloud rightly."""
    return mark_safe(' lang="zh-Hans"') if get_language() == "en" else mark_safe("")


@register.simple_tag
def tongue(words: str) -> SafeString:
    """Mark an element as Chinese on a page in another language if its words are: units may lack an English name."""
    return zh() if _HAN.search(words) else mark_safe("")


@register.filter
def grouped(number: int | None) -> str:
    """Write a whole number with thousands separators."""
    return "" if number is None else f"{number:,}"


@register.filter
def part_name(number: int) -> str:
    """Name a part of the plan as the plan does: 一, 二, … 十; in English by number."""
    if get_language() == "en":
        return _("Part %s") % number
    return CHINESE_DIGITS[number] if 0 < number < len(CHINESE_DIGITS) else str(number)


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> str:
    """Return the question of this page with some parameters changed; ``None`` or '' removes one."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.filter
def cut_hash(value: str) -> str:
    """Shorten a long hash to its two ends."""
    text = str(value)
    return text if len(text) <= 16 else f"{text[:8]}…{text[-6:]}"


@register.filter
def lines(value: str) -> SafeString:
    """Show plain text with its own line breaks, as paragraphs where it has blank lines."""
    paragraphs = [part.strip() for part in str(value).split("\n\n") if part.strip()]
    if len(paragraphs) < 2:
        return mark_safe("<br>".join(conditional_escape(line) for line in str(value).split("\n")))  # noqa: S308
    shown = ("<br>".join(conditional_escape(line) for line in part.split("\n")) for part in paragraphs)
    return mark_safe("".join(f"<p>{part}</p>" for part in shown))  # noqa: S308  # every piece is escaped above
