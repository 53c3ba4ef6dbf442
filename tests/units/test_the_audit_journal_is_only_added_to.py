import pytest
from django.db import DatabaseError, transaction

from sunlit.units import audit
from sunlit.units.models import AuditEntry
from sunlit.units.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError as error:
        return "only ever added to" in str(error)
    return False


def test_the_database_refuses_to_change_or_delete_an_entry(city, person):
    entry = audit.write(audit.AuditEvent.LOGGED_IN, actor=person("zhang"), address="10.1.2.3")
    assert refused(lambda: AuditEntry.objects.update(event="logged_out"))
    assert refused(lambda: AuditEntry.objects.all().delete())
    assert refused(entry.delete)
    assert AuditEntry.objects.get().event == "logged_in"


def test_an_entry_outlives_the_account(city, person):
    user = person("zhang")
    audit.write(audit.AuditEvent.LOGGED_IN, actor=user)
    opaque = user.opaque
    user.delete()
    assert AuditEntry.objects.get().opaque == opaque


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("10.1.2.3", "10.1.2.0/24"),
        ("::ffff:10.1.2.3", "10.1.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("nowhere", ""),
    ],
)
def test_only_the_network_of_an_address_is_kept(address, kept):
    assert audit.shortened(address) == kept


def test_an_entry_belongs_to_the_unit_of_whom_it_is_about(city, person):
    clerk, chief = (
        person("clerk", (Role.EDITOR, city["audit"])),
        person("chief", (Role.UNIT_ADMINISTRATOR, city["city"])),
    )
    about = audit.write(audit.AuditEvent.ACCOUNT_CLOSED, actor=chief, subject=f"user:{clerk.pk}")
    own = audit.write(audit.AuditEvent.LOGGED_IN, actor=chief)
    assert (about.unit_path, own.unit_path) == (city["audit"].path, city["city"].path)


def test_what_others_write_has_its_own_words(city, person):
    user = person("zhang", (Role.EDITOR, city["audit"]))
    path = city["audit"].path
    audit.read_restricted(user, "record:3", unit_path=path, what="id_number")
    audit.exported(user, "people", rows=12)
    audit.overrode(user, "record:3", check="pii", unit_path=path)
    kept = list(AuditEntry.objects.order_by("id").values_list("event", "subject", "detail"))
    assert kept == [
        ("restricted_read", "record:3", {"what": "id_number"}),
        ("exported", "people", {"rows": 12}),
        ("overrode", "record:3", {"check": "pii"}),
    ]
