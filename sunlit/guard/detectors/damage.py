"""What makes a text look unfinished or broken: places still to be filled in, and damage by a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sunlit.guard.detectors.base import Lists, Match, Scene, TextDetector
from sunlit.text.strange import is_strange

_PLACEHOLDER = re.compile(
    r"(?<![有尚亟仍急还])待(?:补充|完善|填写|填报|核实|补录|定稿)(?![一-鿿])|此处(?:填写|填入|插入|补充|待补)|[（(【\[]待(?:定|填|补)[）)】\]]"
    r"|(?<![A-Za-z0-9])[XxＸｘ]{3,}(?![A-Za-z0-9])|×{4,}"
    r"|(?<![A-Za-z0-9×])(?:[XxＸｘ]{1,4}|×{1,4}|[_＿]{2,}|[○〇◯]{2,4}|[ 　]{2,})年"
    r"(?:[XxＸｘ×_＿○〇◯ 　]{1,4}月)(?:[XxＸｘ×_＿○〇◯ 　]{1,4}日)?"
    r"|【[ 　]*】|［[ 　]*］|\{\{[^{}\n]{0,40}\}\}|\$\{[^{}\n]{0,40}\}"
    r"|(?:TODO|TBD|Lorem ipsum)(?![a-z])|#(?:REF|N/A|VALUE|NAME|DIV/0|NUM|NULL)[!?]?"
)
_DAMAGE = re.compile(
    "[\ufffd]+|(?:锟斤拷)+|(?:锟[^\\s]){2,}|烫烫烫+|屯屯屯+|[□▯]{2,}"
    "|(?:[ÃÂ][\x80-¿]){1,}|(?:â€[\x80-¿œ™“”˜¦]?)+|(?:[äåæçèéï][\x80-¿‘’“”•–—˜™š›œžŸ€‚ƒ„…†‡ˆ‰Š‹ŒŽ]{1,2}){2,}"
    "|[À-ÿ]{6,}|(?<![?？])\\?{4,}(?![?？])|(?:&#x?[0-9a-fA-F]{2,6};){1,}|(?:\\\\u[0-9a-fA-F]{4}){1,}|[\ue000-\uf8ff]{2,}"
)
_WORDS = (
    *(
        "XX",
        "xx",
        "ＸＸ",
        "ｘｘ",
        "××××",
        "待补",
        "待完",
        "待填",
        "待核",
        "待定",
        "此处",
        "【】",
        "【 ",
        "【　",
        "［］",
        "［ ",
        "［　",
    ),
    *("{{", "${", "TODO", "TBD", "Lorem", "#REF", "#N", "#V", "#D"),
    *("\ufffd", "锟", "□□", "▯", "烫烫烫", "屯屯屯", "????", "&#", "\\u"),
)
_AWAKE = re.compile("|".join(map(re.escape, _WORDS)))
_DAY = re.compile("[XxＸｘ×_＿○〇◯ 　]年")
_LATIN = re.compile("[À-ÖØ-ï\ue000-\uf8ff]")


def _awake(text: str, _lists: Lists) -> bool:
    return _AWAKE.search(text) is not None or _shapes(text)


def _shapes(text: str) -> bool:
    return _DAY.search(text) is not None or (is_strange(text) and _LATIN.search(text) is not None)


def _find(text: str, _scene: Scene) -> Iterator[Match]:
    for found in _PLACEHOLDER.finditer(text):
        yield Match("placeholder", found.start(), found.end(), shown=True)
    for found in _DAMAGE.finditer(text):
        yield Match("encoding", found.start(), found.end(), shown=True)


DAMAGE = TextDetector(("placeholder", "encoding"), _awake, _find, words=_WORDS, shapes=_shapes)
