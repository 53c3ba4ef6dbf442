"""Markings that say that a text is secret, or not for the public."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sunlit.guard.detectors.base import Lists, Match, Scene, TextDetector

_LEVEL = "(?:绝[ 　]{0,4}密|机[ 　]{0,4}密|秘[ 　]{0,4}密)"
_TERM = "(?:[0-9０-９一二三四五六七八九十]{1,3}[ 　]{0,20}(?:年|个月|月|天|日)|长期|解密时间|启封)"
_SECRET = re.compile(
    rf"{_LEVEL}[ 　]{{0,20}}[★☆✩✪⭐*＊][ 　]{{0,20}}{_TERM}?"
    rf"|(?:密级|密[ 　]{{1,20}}级|保密级别)[ 　]{{0,20}}[:：][ 　]{{0,20}}{_LEVEL}"
    rf"|^[ 　]{{0,20}}[【（(\[]?[ 　]{{0,20}}{_LEVEL}[ 　]{{0,20}}[】）)\]]?[ 　]{{0,20}}(?:{_TERM})?[ 　]{{0,20}}$"
    rf"|[【\[]{_LEVEL}[】\]]",
    re.MULTILINE,
)
_KINDS = "(?:文件|资料|材料|刊物|情况|信息|参阅|明电|件)"
_CLOSED = "(?:(?:不得|不予|不宜|不|严禁|禁止)公开|(?:不得|严禁|禁止|请勿|勿)外传|(?:不得|请勿)扩散)"
_INTERNAL = re.compile(
    rf"^[ 　]{{0,20}}[【（(\[〔]?[ 　]{{0,20}}(?:内部{_KINDS}|仅供内部(?:使用|参考|参阅|传阅)|内部(?:使用|参考|传阅)"
    rf"|注意保存|{_CLOSED})"
    rf"(?:[ 　]{{0,20}}[，,、·;；：:— ][ 　]{{0,20}}(?:注意保存|妥善保管|阅后收回|{_CLOSED}))*"
    rf"[ 　]{{0,20}}[】）)\]〕]?[ 　！!。.]*$"
    rf"|内部{_KINDS}[ 　]{{0,20}}[，,、·— ]?[ 　]{{0,20}}(?:注意保存|妥善保管|阅后收回|{_CLOSED})"
    rf"|[【（(\[〔](?:内部{_KINDS}|仅供内部[一-鿿]{{2}}|{_CLOSED}|此件[^）)】\]〕]{{0,8}}不(?:予|得|宜)?公开)[】）)\]〕]"
    rf"|此[件文](?:[^。\n，]{{0,4}}){_CLOSED}"
    rf"|(?:公开|公文)属性[ 　]{{0,20}}[:：][ 　]{{0,20}}(?:不予公开|不公开|依申请公开)",
    re.MULTILINE,
)


_WORDS = ("密", "内部", "公开", "外传", "扩散", "注意保存")


def _awake(text: str, _lists: Lists) -> bool:
    return not text.isascii() and any(word in text for word in _WORDS)


def _find(text: str, _scene: Scene) -> Iterator[Match]:
    if "密" in text:
        for found in _SECRET.finditer(text):
            yield _match("secret", found)
    for found in _INTERNAL.finditer(text):
        yield _match("internal", found)


def _match(rule: str, found: re.Match[str]) -> Match:
    start = found.start() + len(found[0]) - len(found[0].lstrip(" 　"))
    return Match(rule, start, found.end(), shown=True)


SECRECY = TextDetector(("secret", "internal"), _awake, _find, words=_WORDS)
