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
_DISABILITY = (
    "(?:视力|听力|言语|肢体|智力|精神|多重)残疾|残疾[一二三四1-4壹贰叁肆]级|"
    "[一二三四1-4]级(?:视力|听力|言语|肢体|智力|精神|多重)?残疾|残疾等级|残疾证号?"
)
_RECORDS = "病历|病案号|住院号|门诊号|确诊|诊断为|诊断证明|诊断结果|诊断书|检验报告|阳性|患有"
_HEALTH = re.compile(f"{_DISEASES}|{_DISABILITY}|{_RECORDS}")

# Words that begin with a surname and are no name; in running text nothing else tells them apart.
_WORDS = (
    "和|与|及|其|保持|明显|明白|任何|任职|任命|任务|任期|高中|高级|高等|高校|高新|高度|高龄|高考|江苏|江西|江河|黄河|黄金|马上|周期|周边|周围|周岁|周年|程度|程序|许可|何时|何种|何人|"
    "余额|余下|方式|方法|方案|方面|方可|方便|方能|金额|金融|白天|石油|章程|康复|温度|严重|严格|严禁|严肃|申请|申报|申诉|申办|申领|申明|夏季|田间|武装|武器|施工|施行|"
    "施加|陶瓷|毕业|毕竟|费用|纪律|纪检|纪念|辛苦|祝贺|苗木|凌晨|龙头|雷电|钱款|顾客|顾问|孔径|钟点|曾经|付款|付给|付费|万元|于是|于当|于本|史料|连续|连同|"
    "计划|计算|计入|单位|单独|管理|管辖|解决|解除|解释|成立|成年|成员|成为|成长|常见|常住|常年|常规|安全|安置|安排|安装|应当|应予|应该|应急|应由|应于|应在|应按|和其|和家|"
    "和监|保护|保健|保障|保育|保险|保证|保管|保留|查阅|查询|查看|查明|查处|向其|向人|向社|向有|向法|向公|向当|向所|时应|时间|时期|时限|时提|全部|全体|全面|全市|全县|"
    "明确|明知|强制|强奸|强迫|强化|平均|平等|平时|卫生|幸福|车辆|房屋|房产|能力|能够|能否|国家|国籍|从事|从业|童年|水平|但是|但不|但有|但在|包括|包含|包办|容留|"
    "符合|相关|相应|都应|都可|都有|宜于|支付|支持|支出|生活|生产|生育|有关|有权|有下|有效|有证|服务|服从|服用|项目|利用|利益|关系|关于|关爱|商定|商业|权利|权益|"
    "年龄|年满|同意|同时|同等|同样|同住|经过|经济|经营|经审|经公|经人|经县|经本|花费|花名|简历|简称|简易|公示|公开|公布|公安|公民|公司|公共|公告|沿用|祖国|"
    "不得|不服|不能|家庭|家属|家长|及其|及时|监护|所在|双方|一方|教育|在校|本人|权力|古代|古迹|党员|党委|党组|官方|农村|农民|农业|林业|林木|林地|林区|湖北|湖南|"
    "牛奶|牛羊|鱼类|鲜活|漆黑|谷物|米面|米饭|池塘|景区|花卉|花木|叶片|苏州|韩国|宋代|唐代|汉族|满足|满意|满足|盛行|郎中|干部|干扰|干预|班主|班级|幼儿|台湾|易发|易于|"
    "燕窝|莫名|宁夏|柏油|柳州|景德|游客|游泳|游戏|游览|沙漠|乐山|乐队|元旦|原则|原因|原有|原来|原籍|宣告|宣传|宣布|边境|边远|荣誉|印章|印制|印发|幸存|银行|银河|云南|"
    "文化|文书|文件|文明|文字|文凭|凭证|车祸|衣物|衣服|来自|来源|来信|来访|阴性|阳性|席位|帅气|但未|况且|青年|青少|补助|补贴|补充|补偿|税务|税收|代表|代理|代为|代收|母亲|母婴|"
    "都是|屈服|童装|扶养|抚养|贡献|强行|路过|路上|路线|祁连|区域|区别|后果|后续|鞠躬|查封|查验|解散|解聘|束缚|别人|后代|广大|广播|广东|广西"
)
_PERSONAL = f"(?!{_WORDS}){SURNAME}(?!某)"
_END = r"(?=[\s　，,、。；;:：（(）)的系因患男女被于在今现同等A-Za-z]|$|[0-9０-９])"
_PERSON = (
    "(?:患者|病人|姓名|申请人|户主|居民|村民|职工|学生|同学|当事人|死者|伤者|低保户|贫困户|脱贫户|残疾人|原告|被告|本人|女儿|儿子|其子|其女|"
    "孙子|孙女|男童|女童|男孩|女孩|儿童|孤儿|幼儿|未成年人?|受害人|被害人|被处罚人|违法行为人)"
)
_JOINT = "(?:姓名)?(?:[ 　]*[:：是为系叫名][ 　]*|[ 　]+|)"
_CALLED = re.compile(rf"{_PERSON}{_JOINT}(?P<name>{_PERSONAL}[一-鿿]{{1,2}}?){_END}")
_SEX = re.compile("[，,、（( 　][ 　]*[男女](?![一-鿿])")
_BEFORE_SEX = re.compile(rf"(?:[\s　，,、。；;：:（(]|^)(?P<name>{_PERSONAL}[一-鿿]{{1,2}})[ 　]*$")
_NAME_REACH = 8
_LABELLED = re.compile(
    rf"(?:{_NAME_WORDS.replace('|名单', '')})(?:姓名)?[ 　]*[:：][ 　]*"
    rf"(?P<name>{_PERSONAL}[ 　]?[一-鿿]{{1,2}})(?=[\s　，,、。；;（()）]|$|[0-9])"
)
_STOPS = re.compile("[。！？!?\n]")

_AGED = re.compile(r"(?<![0-9.])(?P<age>[0-9０-９]{1,2}|[一二三四五六七八九]|十[一二三四五六七]?)[ 　]*周?岁")
_BORN = re.compile(
    r"(?P<y>(?:19|20)[0-9]{2})年(?:(?P<m>[0-9]{1,2})月)?(?:(?P<d>[0-9]{1,2})日)?(?:出生|生[，,。）)]|生$)"
    r"|(?:出生日期|出生年月|生于|出生于)[ 　:：]*"
    r"(?P<y2>(?:19|20)[0-9]{2})[-./年]?(?P<m2>[0-9]{1,2})?[-./月]?(?P<d2>[0-9]{1,2})?"
)
_CLASS = re.compile(
    r"(?:小学|中学|初中|高中|学校|幼儿园|附小|附中)[^，。；\n]{0,8}?(?:[一二三四五六七八九高初0-9（(）)]{1,6}(?:年级)?[（(]?[0-9一二三四五六七八九十]{0,2}[）)]?班|(?:大|中|小)班|[一二三四五六七八九]年级)"
    rf"(?:的)?(?:学生|同学|幼儿|儿童)?[ 　:：]*(?P<name>{_PERSONAL}[一-鿿]{{1,2}}?)(?=[\s　，,、。；;（()）获]|同学|$)"
)
_MINOR_WORD = re.compile(
    rf"(?:未成年人?|留守儿童|困境儿童|孤儿|男童|女童|男孩|女孩|幼儿|儿童){_JOINT}(?P<name>{_PERSONAL}[一-鿿]{{1,2}}?){_END}"
)
_CHINESE_AGE = {character: value for value, character in enumerate("零一二三四五六七八九十")}

# One of these stands wherever a person is named in running text; most texts hold none.
_TEXT_WORDS = (
    *(
        "姓名",
        "户主",
        "人：",
        "人:",
        "者：",
        "者:",
        "对象",
        "班",
        "年级",
        "未成年",
        "童",
        "孤儿",
        "幼儿",
        "男",
        "女",
        "患者",
        "病人",
    ),
    *(
        "申请人",
        "居民",
        "村民",
        "职工",
        "学生",
        "同学",
        "当事人",
        "死者",
        "伤者",
        "户",
        "残疾人",
        "原告",
        "被告",
        "本人",
        "孙子",
        "其子",
    ),
    *("儿子", "害人", "处罚人", "行为人"),
)


_AWAKE = re.compile("|".join(_TEXT_WORDS))


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
    return not text.isascii() and _AWAKE.search(text) is not None


def _find(text: str, scene: Scene) -> Iterator[Match]:
    if not scene.naming:
        for found in _LABELLED.finditer(text):
            yield Match("name", *found.span("name"), value=found["name"].replace(" ", "").replace("　", ""))
        for found in _CLASS.finditer(text):
            yield Match("minor", *found.span("name"))
    for found in _MINOR_WORD.finditer(text):
        yield Match("minor", *found.span("name"))
    told: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for span in _named_in(text):
        told.setdefault(_sentence_around(text, span[0]), []).append(span)
    for (start, end), names in told.items():
        yield from _told_of_someone(text[start:end], start, names, scene)


def _named_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text names someone: after a word for a person, or before a sex."""
    for pattern in (_CALLED, _LABELLED):
        for found in pattern.finditer(text):
            yield found.span("name")
    for sex in _SEX.finditer(text):
        first = max(0, sex.start() - _NAME_REACH)
        named = _BEFORE_SEX.search(text[first : sex.start()])
        if named:
            yield first + named.start("name"), first + named.end("name")


def _told_of_someone(sentence: str, start: int, names: Sequence[tuple[int, int]], scene: Scene) -> Iterator[Match]:
    """Yield what a sentence that names someone tells of age and health."""
    if _names_a_child(sentence, scene.today):
        for name in names:
            yield Match("minor", *name)
    for term in _HEALTH.finditer(sentence):
        yield Match("health", start + term.start(), start + term.end())


def _sentence_around(text: str, place: int) -> tuple[int, int]:
    stop = _STOPS.search(text, place)
    start = max(text.rfind(mark, 0, place) for mark in "。！？!?\n") + 1
    return start, stop.start() if stop else len(text)


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


PEOPLE = TextDetector(("name", "minor", "health"), _awake, _find, words=_TEXT_WORDS)


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
