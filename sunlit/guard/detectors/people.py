"""People who can be recognised: unmasked names in lists, minors, and someone's health."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from sunlit.guard.detectors.base import Cell, Lists, Match, RowDetector, Scene, TextDetector
from sunlit.text.surnames import SURNAME, is_name

_OF_AGE = 18

_NAME_WORDS = (
    "姓名|名字|户主|申请人|申请者|法定代表人|法人代表|法人姓名|当事人|被处罚人|被执行人|负责人|监护人|家长|补贴对象|保障对象|救助对象|"
    "受助人|受益人|被保险人|参保人|领取人|领款人|学生|考生|幼儿|儿童|患者|病人|持证人|产权人|权利人|承包方代表|承包人|家庭成员|联系人|"
    "低保对象|特困人员|残疾人|老人|死者|伤者|投诉人|举报人|信访人|购房人|承租人|获奖者|名单"
)
_HEAD_NAME = re.compile(
    rf"(?:[一-鿿（）()/、]{{0,8}})?(?:{_NAME_WORDS})(?:姓名)?(?:[（(][^）)]{{0,10}}[）)])?(?:签字|签名)?"
)
_HEAD_AGE = re.compile("(?:[一-鿿]{0,6})?(?:年龄|周岁|岁数|年纪)(?:[（(][^）)]{0,6}[）)])?")
_HEAD_BIRTH = re.compile("(?:[一-鿿]{0,6})?(?:出生(?:年月日?|日期|时间|年份)?|生日)(?:[（(][^）)]{0,12}[）)])?")
_HEAD_CLASS = re.compile("(?:[一-鿿]{0,6})?(?:班级|年级|所在班|班别|就读学校|就读班级|学校班级|学校及班级|学校、?班级)")
_HEAD_HEALTH = re.compile(
    "(?:[一-鿿]{0,6})?(?:病[情种因史名症]|疾病|诊断|残疾(?:类别|等级|证号?|类型|程度|情况|级别)|健康(?:状况|情况)|伤残等级|"
    "身体状况|致残原因|病残)(?:[一-鿿]{0,4})(?:[（(][^）)]{0,10}[）)])?"
)
_HEADS = re.compile(f"{_HEAD_NAME.pattern}|{_HEAD_AGE.pattern}|{_HEAD_BIRTH.pattern}|{_HEAD_CLASS.pattern}")
_HEAD_NOISE = re.compile(r"[\s　*＊:：]+")

_AGE = re.compile(r"[^0-9０-９]{0,3}([0-9０-９]{1,3})(?:周?岁|个月)?")
_BIRTH = re.compile(r"((?:19|20)[0-9]{2})[-./年]?(0?[1-9]|1[0-2])?(?:[-./月]?(0?[1-9]|[12][0-9]|3[01]))?日?(?![0-9])")
_GROWN_SCHOOL = re.compile("大学|学院|职业技术|高职|技师|研究生|博士|硕士|党校|老年")
_NOTHING = re.compile(r"[\s　]*(?:无|否|健康|良好|正常|一般|健全|/|-+|—+|0)?[\s　]*")

_DISEASES = (
    "艾滋病|HIV|爱滋病|梅毒|淋病|性病|乙肝|丙肝|肝炎|肝硬化|肺结核|结核病|癌症|癌|恶性肿瘤|肿瘤|白血病|尿毒症|肾衰竭|肾病综合征|血友病|"
    "精神分裂|精神病|精神障碍|抑郁症|双相情感|自闭症|孤独症|智力障碍|智力低下|癫痫|脑瘫|脑梗|脑出血|瘫痪|偏瘫|中风|糖尿病|高血压|冠心病|"
    "心脏病|先天性心脏|地中海贫血|再生障碍|红斑狼疮|帕金森|阿尔茨海默|老年痴呆|不孕不育|流产|吸毒|戒毒"
)
_DISABILITY = "(?:视力|听力|言语|肢体|智力|精神|多重)残疾|残疾[一二三四1-4壹贰叁肆]级|[一二三四1-4]级(?:视力|听力|言语|肢体|智力|精神|多重)?残疾|残疾等级|残疾证号?"
_RECORDS = "病历|病案号|住院号|门诊号|确诊|诊断为|诊断证明|诊断结果|诊断书|检验报告|阳性|患有"
_HEALTH = re.compile(f"{_DISEASES}|{_DISABILITY}|{_RECORDS}")

_GIVEN = "[一-鿿]{1,2}"
_END = r"(?=[\s　，,、。；;:：（(）)的系因患男女被于在今现]|$|[0-9０-９])"
_FULL = rf"(?P<name>{SURNAME}(?!某){_GIVEN}?){_END}"
_PERSON = (
    "(?:患者|病人|姓名|申请人|户主|居民|村民|职工|学生|同学|当事人|死者|伤者|低保户|贫困户|脱贫户|残疾人|原告|被告|本人|女儿|儿子|其子|其女|"
    "孙子|孙女|男童|女童|男孩|女孩|儿童|孤儿|幼儿|未成年人?|受害人|被害人|被处罚人|违法行为人)"
)
_CALLED = re.compile(
    rf"{_PERSON}(?:姓名)?(?:[ 　]*[:：是为系叫名][ 　]*|[ 　]+|)(?P<name>{SURNAME}(?!某)[一-鿿]{{1,2}}?){_END}"
)
_SEXED = re.compile(
    rf"(?:^|(?<=[\s　，,、。；;:：（(]))(?P<name>{SURNAME}(?!某)[一-鿿]{{1,2}})[ 　]*[，,、（( 　][ 　]*[男女](?![一-鿿])"
)
_LABELLED = re.compile(
    rf"(?:{_NAME_WORDS.replace('|名单', '')})(?:姓名)?[ 　]*[:：][ 　]*(?P<name>{SURNAME}(?!某)[ 　]?[一-鿿]{{1,2}})(?=[\s　，,、。；;（()）]|$|[0-9])"
)
_SENTENCE = re.compile("[^。！？!?\n]+")

_AGED = re.compile(r"(?<![0-9.])(?P<age>[0-9０-９]{1,2}|[一二三四五六七八九]|十[一二三四五六七]?)[ 　]*周?岁")
_BORN = re.compile(
    r"(?P<y>(?:19|20)[0-9]{2})年(?:(?P<m>[0-9]{1,2})月)?(?:(?P<d>[0-9]{1,2})日)?(?:出生|生[，,。）)]|生$)|(?:出生日期|出生年月|生于|出生于)[ 　:：]*(?P<y2>(?:19|20)[0-9]{2})[-./年]?(?P<m2>[0-9]{1,2})?[-./月]?(?P<d2>[0-9]{1,2})?"
)
_CLASS = re.compile(
    r"(?:小学|中学|初中|高中|学校|幼儿园|附小|附中)[^，。；\n]{0,8}?(?:[一二三四五六七八九高初0-9（(）)]{1,6}(?:年级)?[（(]?[0-9一二三四五六七八九十]{0,2}[）)]?班|(?:大|中|小)班|[一二三四五六七八九]年级)"
    rf"(?:的)?(?:学生|同学|幼儿|儿童)?[ 　:：]*(?P<name>{SURNAME}(?!某)[一-鿿]{{1,2}}?)(?=[\s　，,、。；;（()）获]|同学|$)"
)
_MINOR_WORD = re.compile(
    rf"(?:未成年人?|留守儿童|困境儿童|孤儿|男童|女童|男孩|女孩|幼儿|儿童)(?:姓名)?(?:[ 　]*[:：][ 　]*|[ 　]?)(?P<name>{SURNAME}(?!某)[一-鿿]{{1,2}}?)(?=[\s　，,、。；;（()）的系因患男女被于在今现]|$|[0-9０-９])"
)
_CHINESE_AGE = {character: value for value, character in enumerate("零一二三四五六七八九十")}

_TEXT_WORDS = (
    "姓名",
    "户主",
    "人：",
    "人:",
    "者：",
    "者:",
    "对象",
    "岁",
    "出生",
    "生于",
    "班",
    "年级",
    "未成年",
    "童",
    "孤儿",
    "男",
    "女",
    "幼儿",
)


def bare_head(head: str) -> str:
    """Return a head without spaces, stars and colons."""
    return _HEAD_NOISE.sub("", head)


def is_head(text: str) -> bool:
    """Tell whether a cell reads as the head of a column about people."""
    bare = bare_head(text)
    return 0 < len(bare) <= 20 and any(
        pattern.fullmatch(bare) for pattern in (_HEAD_NAME, _HEAD_AGE, _HEAD_BIRTH, _HEAD_CLASS, _HEAD_HEALTH)
    )


def is_name_head(text: str) -> bool:
    """Tell whether a cell reads as the head of a column of names."""
    return _HEAD_NAME.fullmatch(bare_head(text)) is not None


def age_on(today: date, year: int, month: int = 1, day: int = 1) -> int:
    """Return how old someone is on a day; a month or day that is not known counts as the first."""
    return today.year - year - ((today.month, today.day) < (month or 1, day or 1))


def _awake(text: str, _lists: Lists) -> bool:
    if text.isascii():
        return "HIV" in text
    return any(word in text for word in _TEXT_WORDS) or _HEALTH.search(text) is not None


def _find(text: str, scene: Scene) -> Iterator[Match]:
    seen: set[tuple[str, int]] = set()
    for sentence in _SENTENCE.finditer(text):
        for match in _in_sentence(sentence[0], scene):
            key = (match.rule, match.start)
            if key not in seen:
                seen.add(key)
                start = sentence.start()
                yield Match(match.rule, match.start + start, match.end + start, value=match.value)


def _in_sentence(sentence: str, scene: Scene) -> Iterator[Match]:
    named = [found for pattern in (_CALLED, _SEXED, _LABELLED) for found in pattern.finditer(sentence)]
    if not scene.naming:
        for found in _LABELLED.finditer(sentence):
            yield Match("name", found.start("name"), found.end("name"), value=found["name"].replace(" ", ""))
    for pattern in (_CLASS, _MINOR_WORD):
        if pattern is not _CLASS or not scene.naming:
            for found in pattern.finditer(sentence):
                yield Match("minor", found.start("name"), found.end("name"))
    if not named:
        return
    if _names_a_child(sentence, scene.today):
        for found in named:
            yield Match("minor", found.start("name"), found.end("name"))
    for term in _HEALTH.finditer(sentence):
        yield Match("health", term.start(), term.end())


def _names_a_child(sentence: str, today: date) -> bool:
    for found in _AGED.finditer(sentence):
        if _years(found["age"]) < _OF_AGE:
            return True
    for found in _BORN.finditer(sentence):
        year, month, day = (found[part] or found[part + "2"] for part in "ymd")
        if 0 <= age_on(today, int(year), int(month or 1), int(day or 1)) < _OF_AGE:
            return True
    return False


def _years(text: str) -> int:
    if text[0] in _CHINESE_AGE:
        return 10 + _CHINESE_AGE.get(text[1:], 0) if text[0] == "十" else _CHINESE_AGE[text]
    return int(text)


PEOPLE = TextDetector(("name", "minor", "health"), _awake, _find)


def _row(cells: Sequence[Cell], scene: Scene) -> Iterator[tuple[int, Match]]:
    """Yield what a row of a list tells about the person it names."""
    names = [n for n, cell in enumerate(cells) if _HEAD_NAME.fullmatch(cell.head) and is_name(cell.text)]
    if not names:
        return
    if not scene.naming:
        for n in names:
            yield n, _whole("name", cells[n].text)
    for n, cell in enumerate(cells):
        if n in names or not cell.text:
            continue
        if _is_child(cell, scene):
            yield n, _whole("minor", cell.text)
        elif _HEAD_HEALTH.fullmatch(cell.head):
            if not _NOTHING.fullmatch(cell.text):
                yield n, _whole("health", cell.text)
        else:
            for term in _HEALTH.finditer(cell.text):
                yield n, Match("health", term.start(), term.end())


def _whole(rule: str, text: str) -> Match:
    start = len(text) - len(text.lstrip())
    return Match(rule, start, len(text.rstrip()), value=text.strip().replace(" ", "").replace("　", ""))


def _is_child(cell: Cell, scene: Scene) -> bool:
    if _HEAD_AGE.fullmatch(cell.head):
        found = _AGE.fullmatch(cell.text.strip())
        return found is not None and ("个月" in cell.text or int(found[1]) < _OF_AGE)
    if _HEAD_BIRTH.fullmatch(cell.head):
        born = _BIRTH.search(cell.text)
        if born is None:
            return False
        return 0 <= age_on(scene.today, int(born[1]), int(born[2] or 1), int(born[3] or 1)) < _OF_AGE
    if _HEAD_CLASS.fullmatch(cell.head):
        return (
            not scene.naming
            and _GROWN_SCHOOL.search(cell.text) is None
            and any("一" <= c <= "鿿" or c.isdigit() for c in cell.text)
        )
    return False


ROWS = RowDetector(("name", "minor", "health"), _HEADS, _row)
