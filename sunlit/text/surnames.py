"""Surnames: what a Chinese name begins with."""

from __future__ import annotations

import re

from sunlit.text.masking import COMPOUND_SURNAMES

_SINGLE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦"
    "申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄"
    "单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁"
    "商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺骆尧"
    "肖付闫代幸母蒲青补银敬陀税鲜漆雍淳衡雒兰况但谯向邝蹇勾呙寇阴帅谷敖佘萨申褚缪慕晁牛勒麻"
)
SURNAMES = frozenset(_SINGLE)
SURNAME = f"(?:{'|'.join(sorted(COMPOUND_SURNAMES))}|[{''.join(sorted(SURNAMES))}])"

_NAME = re.compile(rf"{SURNAME}[一-鿿㐀-䶿]{{1,2}}")
_MINORITY = re.compile("[一-鿿]{2,10}(?:[·•‧・][一-鿿]{1,10}){1,4}")
_HIDDEN = re.compile("[某*＊×Xx○〇□△]")
_SPACE = re.compile("[ 　\u00a0]+")


def is_name(text: str) -> bool:
    """Tell whether a text by itself reads as a person's full name: a surname and one or two characters."""
    bare = _SPACE.sub("", text)
    if not 2 <= len(bare) <= 30 or _HIDDEN.search(bare):
        return False
    return _NAME.fullmatch(bare) is not None or _MINORITY.fullmatch(bare) is not None
