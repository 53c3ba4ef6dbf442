"""Checks of examples: at least one per kind, each clean."""

from __future__ import annotations

from django.utils import translation

from sunlit.plan.checks.references import expect
from sunlit.plan.examples import NoSuchFile, with_files
from sunlit.plan.gathering import Draft, Entry
from sunlit.plan.language import Plan
from sunlit.plan.language.examples import Example
from sunlit.plan.language.kinds import Kind
from sunlit.plan.payload import Cleaner


def check_examples(draft: Draft, plan: Plan | None) -> None:
    """Check that every kind has an example, and clean each of them.

    ``plan`` is what could be put together of the draft. A kind that has faults of its own may not compile; its
    examples wait until those are mended.
    """
    examples = draft.of(Example)
    shown = {entry.value.kind for entry in examples}
    for kind in draft.of(Kind):
        if kind.value.code not in shown:
            sentence = f"The kind {kind.value.code} has no example; write one in examples/{kind.value.code}.yaml."
            draft.report.fault(kind.at("code"), sentence)
    cleaners: dict[str, Cleaner | None] = {}
    for entry in examples:
        code = entry.value.kind
        known = expect(draft, entry.at("kind"), code, "kinds")
        expect(draft, entry.at("unit"), entry.value.unit, "units")
        if known and plan is not None and code in plan.kinds:
            if code not in cleaners:
                cleaners[code] = _compiled(plan.kinds[code], plan) if code not in draft.unsound else None
            _check_example(draft, entry, plan.kinds[code], cleaners[code])


def _compiled(kind: Kind, plan: Plan) -> Cleaner | None:
    try:
        return Cleaner(kind, plan)
    except (LookupError, ValueError, ArithmeticError):
        return None


def _check_example(draft: Draft, entry: Entry[Example], kind: Kind, cleaner: Cleaner | None) -> None:
    example, settings = entry.value, kind.settings
    audience = example.audience or settings.audience
    if audience not in settings.allowed_audiences:
        allowed = ", ".join(settings.allowed_audiences)
        sentence = f"A record of {kind.code} cannot be for {audience}, only for {allowed}; change one of the two."
        draft.report.fault(entry.at("audience"), sentence)
    if audience == "group" and not example.scope:
        sentence = "A record for a group needs `scope`: the unit or process whose people may see it."
        draft.report.fault(entry.at(), sentence)
    if cleaner is None:
        return
    try:
        data = with_files(kind, example.data, draft.directory)
    except NoSuchFile as missing:
        draft.report.fault(
            entry.at("data", missing.field), f'There is no file "{missing.name}" in examples/files; put it there.'
        )
        return
    # Everything else that a check says is English, and so is this, whatever language the instance speaks.
    with translation.override("en"):
        errors = cleaner.clean(data).errors
    for error in errors:
        label = f"{kind.by_name[error.field].label.zh} ({error.field})" if error.field in kind.by_name else error.field
        path = ("data", error.field, *error.path)
        place = entry.at(*path) if error.field in kind.by_name else entry.key("data", error.field)
        draft.report.fault(place, f"{label}: {error.message}")
