"""Makes the lexicon from plan and register; done by whoever writes an index, since sounds take a large dictionary."""

from __future__ import annotations

from collections.abc import Iterator

from sunlit.plan.language import Plan
from sunlit.search.analysis import Words, fold
from sunlit.search.lexicon import Lexicon, Term, UnitNames
from sunlit.units.models import Succession, Unit

_LONGEST_TERM = 20
_FIRST, _LAST = 0x4E00, 0x9FA5


def lexicon_of(plan: Plan) -> Lexicon:
    """Return the words of a plan and of the register as it is now."""
    units = tuple(_units())
    labels = dict(_labels(plan))
    for unit in units:
        labels.update((name, 2) for name in unit.names)
    dictionary = tuple(sorted({fold(text) for text in labels if 2 <= len(text) <= 16}))
    words = Words(dictionary)
    for text in list(labels):
        for word in words.plain(text):
            if 2 <= len(word) <= _LONGEST_TERM and not word.isascii():
                labels.setdefault(word, 1)
    return Lexicon(
        units=units,
        terms=tuple(_sounded(labels)),
        synonyms=tuple(group.words for group in plan.document.synonyms),
        kinds={code: kind.label.zh for code, kind in plan.kinds.items()},
        readings=_readings(),
        dictionary=dictionary,
    )


def _units() -> Iterator[UnitNames]:
    heirs: dict[int, dict[str, None]] = {}
    rows = Succession.objects.filter(from_unit__closed__isnull=False).order_by("on")
    for old, new in rows.values_list("from_unit_id", "to_unit__path"):
        heirs.setdefault(old, {})[new] = None
    for unit in Unit.objects.order_by("path"):
        former = [entry["name"] for entry in unit.renamed]
        names = dict.fromkeys(name for name in (unit.name, unit.short, *unit.aliases, *former) if len(name) > 1)
        yield UnitNames(unit.code, unit.path, tuple(names), tuple(heirs.get(unit.pk, ())))


def _labels(plan: Plan) -> Iterator[tuple[str, int]]:
    """Yield what readers may ask for, with its rank; later ones count."""
    for vocabulary in plan.vocabularies.values():
        yield from ((term.label.zh, 1) for term in vocabulary.terms if len(term.label.zh) > 1)
    for measure in plan.measures.values():
        yield measure.title.zh, 3
        if measure.short:
            yield measure.short.zh, 3
    for area in plan.navigation.fields:
        yield area.label.zh, 3
    for group in plan.document.synonyms:
        yield from ((word, 3) for word in group.words)
    for kind in plan.kinds.values():
        yield kind.label.zh, 4


def _sounded(labels: dict[str, int]) -> Iterator[Term]:
    from pypinyin import Style, lazy_pinyin

    for text, rank in labels.items():
        if 2 <= len(text) <= _LONGEST_TERM:
            sound = lazy_pinyin(fold(text), style=Style.NORMAL, errors=_singly)
            yield Term(text, tuple(one.replace("ü", "v") for one in sound), rank)


def _singly(rest: str) -> str:
    """Let what has no sound, such as letters and digits, stand for itself, one by one (the typing wants a text)."""
    return list(rest)  # type: ignore[return-value]


def _readings() -> str:
    from pypinyin import Style, lazy_pinyin

    lines = []
    for code in range(_FIRST, _LAST + 1):
        sound = lazy_pinyin(chr(code), style=Style.NORMAL, errors="ignore")
        if sound:
            lines.append(f"{chr(code)} {sound[0].replace('ü', 'v')}")
    return "\n".join(lines)
