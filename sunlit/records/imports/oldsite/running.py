"""The import of an old site: read the list, give out the new addresses, write the pages, release them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from sunlit.plan.language import Kind, Plan
from sunlit.records import numbering
from sunlit.records.acts.rules import ActRefused, local_day
from sunlit.records.imports import batches, sheets, writing
from sunlit.records.imports.batches import Team
from sunlit.records.imports.oldsite import addresses, listing
from sunlit.records.imports.oldsite.addresses import Old
from sunlit.records.imports.oldsite.listing import Page
from sunlit.records.imports.oldsite.mapping import Mapping, Target
from sunlit.records.imports.oldsite.pages import Made, Maker, Site, columns_of
from sunlit.records.imports.oldsite.tables import OldAddress
from sunlit.records.imports.oldsite.taking import Keeper, Taker, look
from sunlit.records.imports.rows import Mistake, Preparer, Ready
from sunlit.records.imports.running import approver_of
from sunlit.records.models import Batch
from sunlit.records.numbering import Number
from sunlit.records.states import BatchState
from sunlit.units.models import Unit

CHUNK = 100
Progress = Callable[[int], None]


@dataclass
class Survey:
    """The pages of the list by kind, with their old address, and what is wrong with the others."""

    pages: dict[str, list[tuple[Page, Old]]] = field(default_factory=dict)
    targets: dict[int, Target] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many pages are in order so far."""
        return sum(len(each) for each in self.pages.values())


@dataclass
class Result:
    """What came of a run; ``batches`` holds one for each kind."""

    good: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[Mistake] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How many rows are wrong."""
        return len({one.row for one in self.mistakes})


@dataclass(frozen=True)
class OldSite:
    """An export of an old site that is to become records of a unit."""

    plan: Plan
    mapping: Mapping
    path: Path
    team: Team
    unit: Unit

    @property
    def root(self) -> Path:
        """The folder in which pages and files lie."""
        return self.path if self.path.is_dir() else self.path.parent

    @property
    def list_file(self) -> Path:
        """The list itself."""
        return listing.list_of(self.path)

    def check(self, *, now: datetime) -> None:
        """Raise ActRefused unless the unit publishes these kinds and everybody may do their part."""
        if not self.unit.org9:
            raise ActRefused(_("%(unit)s has no organisation code, so it cannot publish.") % {"unit": self.unit.name})
        for code in dict.fromkeys(target.kind for target in self.mapping.targets()):
            kind = self.plan.kinds[code]
            if self.unit.code not in self.plan.select(kind.holders):
                raise ActRefused(
                    _("%(unit)s does not publish “%(kind)s” according to the plan.")
                    % {"unit": self.unit.name, "kind": kind.label.zh}
                )
            batches.check_team(self.team, kind, self.unit, now=now)

    def survey(self, *, own: Sequence[Batch] = ()) -> Survey:
        """Read the list once: which page becomes what, and which cannot be taken; ``own`` batches take no address."""
        found = Survey()
        seen: dict[str, int] = {}
        known = _Known(own)
        for page in listing.pages(self.path, self.mapping):
            target = self.mapping.target(page.column)
            try:
                old = addresses.parse(page.address, self.mapping.site)
            except ValueError:
                found.mistakes.append(_mistake(page, "address", _("Every page needs its old address; fill it in.")))
                continue
            if target is None:
                sentence = _("The mapping says nothing of this column; add it under `kinds`, or a `default`.")
                found.mistakes.append(_mistake(page, "column", sentence))
            elif old.digest in seen:
                sentence = _("This address stands in row %(row)d already; leave one of them out.")
                found.mistakes.append(_mistake(page, "address", sentence % {"row": seen[old.digest]}))
            elif known.is_taken(old):
                sentence = _("This address leads to a record already, from an earlier import.")
                found.mistakes.append(_mistake(page, "address", sentence))
            else:
                seen[old.digest] = page.row
                found.targets[page.row] = target
                found.pages.setdefault(target.kind, []).append((page, old))
        return found

    def rehearse(self, *, now: datetime, progress: Progress) -> Result:
        """Judge every page and keep nothing."""
        survey = self.survey()
        org9 = self.unit.org9 or ""
        everything = [(page, old) for each in survey.pages.values() for page, old in each]
        numbers = {
            old.digest: numbering.number(self.plan, org9, local_day(now).year, at)
            for at, (_page, old) in enumerate(everything, 1)
        }
        result = Result(mistakes=list(survey.mistakes))
        for code in survey.pages:
            for _done, made in self._made(code, survey, numbers, look, now, skip=0):
                result.good += made.ready is not None
                result.mistakes += made.mistakes
                result.remarks += made.remarks
                progress(result.good)
        return result

    def begin(self, *, keep_good: bool, again: bool, now: datetime) -> list[Batch]:
        """Open a batch for each kind and give out the new address of every page, in one transaction."""
        sha256 = sheets.sha256_of(self.list_file)
        survey = self.survey()
        with transaction.atomic():
            opened = [
                batches.begin(
                    self.plan,
                    self.plan.kinds[code],
                    self.list_file,
                    sha256,
                    self.team,
                    unit=self.unit,
                    keep_good=keep_good,
                    again=again,
                    demo=False,
                    now=now,
                )
                for code in survey.pages
            ]
            for batch in opened:
                self._allot(batch, [old for _page, old in survey.pages[batch.kind]])
        return opened

    def unfinished(self, *, now: datetime) -> list[Batch]:
        """Return the batches of an import of this list that was interrupted; raise ActRefused if there is none."""
        sha256 = sheets.sha256_of(self.list_file)
        kinds = dict.fromkeys(target.kind for target in self.mapping.targets())
        states = (BatchState.STAGING, BatchState.STAGED)
        codes = Batch.objects.filter(file_sha256=sha256, state__in=states, kind__in=kinds).values_list(
            "kind", flat=True
        )
        if not codes:
            raise ActRefused(_("There is no unfinished import of this list. Leave --resume out."))
        found = sorted(set(codes), key=list(kinds).index)
        return [
            batches.resumable(self.plan, self.plan.kinds[code], sha256, self.team, self.unit, now=now) for code in found
        ]

    def run(self, opened: list[Batch], *, progress: Progress) -> Result:
        """Write every page into its batch; safe to kill and to call again."""
        survey = self.survey(own=opened)
        numbers = self._numbers(opened)
        result = Result(mistakes=list(survey.mistakes), batches=opened)
        for batch in opened:
            if batch.state == BatchState.STAGING:
                self._write(batch, survey, numbers, result, progress)
                batches.finish(batch)
            result.good += batch.good
        return result

    def _write(
        self, batch: Batch, survey: Survey, numbers: dict[str, Number], result: Result, progress: Progress
    ) -> None:
        press = self._press(batch)
        keeper = Keeper()
        chunk: list[Made] = []
        pages = self._made(batch.kind, survey, numbers, keeper, batch.started_at, skip=batch.next_row)
        done = batch.next_row
        for done, made in pages:
            chunk.append(made)
            result.mistakes += made.mistakes
            result.remarks += made.remarks
            if len(chunk) >= CHUNK:
                self._stage(press, chunk, done)
                chunk = []
                progress(done)
        if chunk:
            self._stage(press, chunk, done)

    def _stage(self, press: writing.Press, chunk: list[Made], done: int) -> None:
        mistakes = [one for made in chunk for one in made.mistakes]
        # Unless good rows are kept, nothing more is written once a row is wrong; all are judged all the same.
        wanted = press.batch.keep_good or not (press.batch.bad or mistakes)
        rows = [made.ready for made in chunk if made.ready is not None] if wanted else []
        leads = [_lead(press.batch, made.ready, *each) for made in chunk if made.ready for each in made.files]
        OldAddress.objects.bulk_create(leads, ignore_conflicts=True)
        try:
            writing.stage(press, rows, mistakes, done)
        except writing.Overtaken as error:
            raise ActRefused(_("Another process is going on with this import.")) from error

    def _made(
        self,
        code: str,
        survey: Survey,
        numbers: dict[str, Number],
        take: Taker,
        now: datetime,
        *,
        skip: int,
    ) -> Iterator[tuple[int, Made]]:
        """Yield for each page of a kind how many are dealt with once it is, and what came of it."""
        kind = self.plan.kinds[code]
        preparer = self._preparer(kind, now)
        site = Site(self.root, self.mapping, take, lambda old: _path(numbers.get(old.digest)))
        makers: dict[int, Maker] = {}
        for done, (page, old) in enumerate(survey.pages.get(code, ()), 1):
            if done > skip:
                target = survey.targets[page.row]
                maker = makers.setdefault(id(target), Maker(site, kind, target, preparer))
                yield done, maker.make(page, numbers.get(old.digest))

    def _preparer(self, kind: Kind, now: datetime) -> Preparer:
        return Preparer(
            self.plan,
            kind,
            columns_of(kind),
            unit=self.unit,
            find_unit=lambda written: self.unit,
            published=local_day(now),
            takes_files=True,
        )

    def _press(self, batch: Batch) -> writing.Press:
        kind, secrecy = self.plan.kinds[batch.kind], self.team.secrecy_reviewer
        reviewer = secrecy.user_id if secrecy and kind.settings.secrecy_review else None
        return writing.Press(batch, self.plan, kind, approver_of(self.team), batch.started_at, reviewer)

    def _allot(self, batch: Batch, olds: list[Old]) -> None:
        year = local_day(batch.started_at).year
        numbers = numbering.allot_many(self.plan, {self.unit: len(olds)}, year)[self.unit.pk]
        OldAddress.objects.bulk_create(
            OldAddress(batch=batch, digest=old.digest, host=old.host, address=old.address, slug=number.slug)
            for old, number in zip(olds, numbers, strict=True)
        )

    def _numbers(self, opened: list[Batch]) -> dict[str, Number]:
        rows = OldAddress.objects.filter(batch__in=opened, position=0).values_list("digest", "slug")
        return {digest: _number(self.plan, slug) for digest, slug in rows}


def conclude(result: Result, team: Team, *, now: datetime) -> bool:
    """Release all batches, or drop all if a row was wrong and none are kept then; tell whether they are released."""
    if result.bad and not all(batch.keep_good for batch in result.batches):
        for batch in result.batches:
            batches.discard(batch)
        return False
    for batch in result.batches:
        batches.release(batch, actor=approver_of(team), now=now)
    return bool(result.batches)


class _Known:
    """The old addresses that lead somewhere already."""

    def __init__(self, own: Sequence[Batch]) -> None:
        rows = OldAddress.objects.exclude(batch__in=own) if own else OldAddress.objects.all()
        self._digests = set(rows.values_list("digest", flat=True).iterator(chunk_size=5_000))

    def is_taken(self, old: Old) -> bool:
        """Tell whether an address belongs to another import."""
        return old.digest in self._digests


def _number(plan: Plan, slug: str) -> Number:
    org9, year, seq = slug.split("-")
    return numbering.number(plan, org9, int(year), int(seq))


def _path(number: Number | None) -> str | None:
    return f"/r/{number.slug}" if number else None


def _lead(batch: Batch, ready: Ready, old: Old, position: int, name: str) -> OldAddress:
    slug = ready.number.slug if ready.number else ""
    return OldAddress(
        batch=batch, digest=old.digest, host=old.host, address=old.address, slug=slug, position=position, name=name
    )


def _mistake(page: Page, name: str, sentence: str) -> Mistake:
    return Mistake(page.row, name, name, str(page.parts.get(name, ""))[:60], sentence)
