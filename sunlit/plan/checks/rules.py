"""Checks of vocabularies, synonyms, limits, duties and targets."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from sunlit.plan.checks.references import expect, expect_all, expect_word, once
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language.duties import Duty
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.limits import Limit
from sunlit.plan.language.synonyms import Synonyms
from sunlit.plan.language.targets import Target
from sunlit.plan.language.vocabularies import Vocabulary
from sunlit.plan.spelling import short


def check_vocabularies(draft: Draft) -> None:
    """Check that vocabularies, their terms and the labels of these are unique."""
    entries = draft.of(Vocabulary)
    once(draft, ((entry.at("code"), entry.value.code) for entry in entries), "vocabulary")
    for entry in entries:
        terms = list(enumerate(entry.value.terms))
        once(draft, ((entry.at("terms", n, "code"), term.code) for n, term in terms), "term")
        once(draft, ((entry.at("terms", n, "label"), term.label.zh) for n, term in terms), "label")


def check_synonyms(draft: Draft) -> None:
    """Check that every word of a group of synonyms can be searched for, and belongs to one group only."""
    words = [(entry.at("words", n), word) for entry in draft.of(Synonyms) for n, word in enumerate(entry.value.words)]
    once(draft, words, "synonym")
    for place, word in words:
        if len(word) < 2 or len(word) > 40 or not all(part.isalnum() for part in word.split()):
            sentence = f"The synonym {short(word)} must be a word of 2 to 40 characters, without punctuation."
            draft.report.fault(place, sentence)


def check_limits(draft: Draft) -> None:
    """Check that versions of a limit do not overlap, and list those that nobody has checked."""
    versions: dict[str, list[Entry[Limit]]] = {}
    for entry in draft.of(Limit):
        limit = entry.value
        versions.setdefault(limit.id, []).append(entry)
        if limit.valid_from and limit.valid_to and limit.valid_to < limit.valid_from:
            draft.report.fault(entry.at("to"), f"The limit {limit.id} ends before it begins; correct one of the dates.")
        if limit.checked is None:
            sentence = f"Nobody has checked the limit {limit.id} against {limit.source}; letters that cite it are held."
            draft.report.notice(entry.at("id"), sentence)
    for entries in versions.values():
        entries.sort(key=lambda entry: entry.value.valid_from or date.min)
        for earlier, later in pairwise(entries):
            if (earlier.value.valid_to or date.max) >= (later.value.valid_from or date.min):
                sentence = (
                    f"The limit {later.value.id} is declared a second time for the same days "
                    f"(first in {earlier.node.place.file}:{earlier.node.place.line}); give both `from` and `to`."
                )
                draft.report.fault(later.at("id"), sentence)


def check_duties(draft: Draft) -> None:
    """Check what each duty refers to."""
    duties = draft.of(Duty)
    once(draft, ((entry.at("code"), entry.value.code) for entry in duties), "duty")
    kinds = {entry.value.code: entry.value for entry in draft.of(Kind)}
    for entry in duties:
        _check_duty(draft, entry, kinds)


def _check_duty(draft: Draft, entry: Entry[Duty], kinds: dict[str, Kind]) -> None:
    duty = entry.value
    expect(draft, entry.at("measure"), duty.measure, "measures")
    expect(draft, entry.at("owes"), duty.owes, "selectors")
    expect(draft, entry.at("limit"), duty.limit, "limits")
    expect(draft, entry.at("procedure"), duty.procedure, "procedures")
    expect_all(draft, "kinds", ((entry.at("kinds", n), code) for n, code in enumerate(duty.kinds)))
    expect_word(draft, entry.at("evidence"), duty.evidence, "evidence")
    if bool(duty.kinds) == bool(duty.procedure):
        sentence = f"The duty {duty.code} needs either `kinds` or `procedure`, exactly one of them."
        draft.report.fault(entry.at(), sentence)
    if duty.valid_from and duty.valid_to and duty.valid_to < duty.valid_from:
        draft.report.fault(
            entry.at("valid_to"), f"The duty {duty.code} ends before it begins; correct one of the dates."
        )
    for code in duty.kinds if duty.counts_from else ():
        field = kinds[code].field(duty.counts_from or "") if code in kinds else None
        if code in kinds and (field is None or field.type != "date"):
            sentence = (
                f'The kind {code} has no date field "{duty.counts_from}" to count from; name one that each kind has.'
            )
            draft.report.fault(entry.at("counts_from"), sentence)


def check_targets(draft: Draft) -> None:
    """Check targets: a measure, a card, a bound or a trend."""
    targets = draft.of(Target)
    once(draft, ((entry.at("code"), entry.value.code) for entry in targets), "target")
    for entry in targets:
        target = entry.value
        expect(draft, entry.at("measure"), target.measure, "measures")
        expect_word(draft, entry.at("word"), target.word, "card")
        if not (target.at_least or target.at_most or target.exactly or target.trend):
            sentence = f"The target {target.code} has no bound; add at_least, at_most, exactly or trend."
            draft.report.fault(entry.at(), sentence)
