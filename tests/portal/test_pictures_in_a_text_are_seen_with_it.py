"""A picture in a text is shown on the record's page, to whoever sees the record and no longer than it stands."""

import io

import pytest

from sunlit.records import acts
from sunlit.records.models import Record
from tests.city import Builder

pytestmark = pytest.mark.django_db(databases="__all__")

PNG = b"\x89PNG\r\n\x1a\n" + b"of a policy"


@pytest.fixture
def record(city):
    from sunlit.files import actions as files
    from sunlit.units import actors
    from sunlit.units.models import Unit, User
    from sunlit.units.roles import Role

    build = Builder()
    build.root = Unit.objects.get(code=build.plan.head.root)
    for role in (Role.EDITOR, Role.REVIEWER, Role.LEGAL_REVIEWER, Role.SECRECY_REVIEWER, Role.APPROVER):
        build.actors[role.value] = actors.of(User.objects.get(username=f"staff-{role}"), build.root, role)
    build.city.slugs, build.minutes = city.slugs, 5000
    sha256 = files.store(io.BytesIO(PNG), "a.png").sha256
    data = {**build.marked("policy", "PICTURED"), "body": f'<p>甲<img src="sha256:{sha256}" alt="地图"></p>'}
    record = build.publish("policy", build.example_of("policy").unit, data)
    return build, Record.objects.get(pk=record.pk)


def test_the_page_shows_it_under_the_address_of_a_file(record, page, reader):
    _build, found = record
    html = reader().get(f"/r/{found.slug}").content.decode()
    position = found.live.attachments.get(field="body").position
    address = f"/r/{found.slug}/files/{position}/picture-1.png"
    assert f'src="{address}"' in html
    assert 'alt="地图"' in html
    answer = reader().get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == PNG


def test_when_the_record_is_taken_off_the_site_so_is_the_picture(record, reader):
    build, found = record
    position = found.live.attachments.get(field="body").position
    acts.unpublish(found, actor=build.actors["approver"], now=build._next(), reason="不应公开", basis="条例第十四条")
    assert reader().get(f"/r/{found.slug}/files/{position}/picture-1.png").status_code == 404
