"""The closed table of words that a recipe may use for a value."""

from __future__ import annotations

from sunlit.demo.values import Word
from sunlit.demo.words import chance, figures, subjects, tables, texts

WORDS: dict[str, Word] = {
    "pick": chance.pick,
    "turn": chance.turn,
    "several": chance.several,
    "number": chance.number,
    "days": chance.days,
    "sometimes": chance.sometimes,
    "unit": chance.unit,
    "sum": figures.total,
    "count": figures.count,
    "less": figures.less,
    "product": figures.product,
    "percent": figures.percent,
    "source": texts.source,
    "fill": texts.fill,
    "paragraphs": texts.paragraphs,
    "find": texts.find,
    "mentions": texts.mentions,
    "case": texts.case,
    "or": texts.either,
    "serial": texts.serial,
    "record": texts.record,
    "cyclic": subjects.cyclic,
    "uscc": subjects.uscc,
    "organ": subjects.organ,
    "id_number": subjects.id_number,
    "point": subjects.point,
    "mapping": tables.mapping,
    "table": tables.table,
    "tree": tables.tree,
    "join": tables.join,
}
