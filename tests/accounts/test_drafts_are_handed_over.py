"""What somebody leaves in work goes on in other hands, and four eyes stay four."""

import pytest

from sunlit.accounts import drafts, people
from sunlit.accounts.roles import Refused
from sunlit.records.models import Revision
from sunlit.units.models import AuditEntry, Unit, User
from tests.city import NOW, Builder

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def house(db):
    """The city's plan with its staff, an editor's draft, an administrator and a colleague."""
    from sunlit.config import applying, registry
    from sunlit.units.roles import Role

    build = Builder()
    applying.apply(build.plan, registry.plan_parts(), today=NOW.date(), now=NOW)
    build._staff()
    example = build.example_of("policy")
    draft = build.draft("policy", example.unit, build.marked("policy", "DRAFT"))
    unit = Unit.objects.get(code=example.unit)
    chief = build._person("chief", (Role.UNIT_ADMINISTRATOR, unit))
    colleague = build._person("colleague", (Role.EDITOR, unit), (Role.APPROVER, unit))
    return build, draft, chief, colleague


def test_an_editor_takes_over_and_the_first_author_stays_one(house):
    _build, draft, chief, colleague = house
    first = draft.author_id
    reach = people.reach_of(chief, today=NOW.date())
    found = list(drafts.of(User.objects.get(pk=first), reach))
    assert [each.pk for each in found] == [draft.pk]
    assert drafts.hand_over(found, colleague, administrator=chief, now=NOW) == 1
    kept = Revision.objects.get(pk=draft.pk)
    assert kept.author_id == colleague.pk
    assert kept.co_authors == [first]
    assert AuditEntry.objects.get(event="drafts_handed_over").subject == f"user:{first}"
    assert not drafts.of(User.objects.get(pk=first), reach).exists()


def test_who_may_not_write_there_takes_nothing_over(house):
    _build, draft, chief, _colleague = house
    found = list(drafts.of(User.objects.get(pk=draft.author_id), people.reach_of(chief, today=NOW.date())))
    with pytest.raises(Refused):
        drafts.hand_over(found, chief, administrator=chief, now=NOW)
    assert Revision.objects.get(pk=draft.pk).author_id == draft.author_id


def test_a_text_that_changed_meanwhile_is_not_taken(house):
    _build, draft, chief, colleague = house
    found = list(drafts.of(User.objects.get(pk=draft.author_id), people.reach_of(chief, today=NOW.date())))
    Revision.objects.filter(pk=draft.pk).update(version=draft.version + 5)
    with pytest.raises(Refused):
        drafts.hand_over(found, colleague, administrator=chief, now=NOW)
