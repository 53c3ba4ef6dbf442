"""Site map, robots and health: what is asked by machines."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db(databases="__all__")


def locations(reader, path):
    response = reader().get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"].startswith("application/xml")
    return re.findall(r"<loc>http://testserver([^<]*)</loc>", response.content.decode())


@pytest.fixture
def addresses(city, reader):
    return [address for part in locations(reader, "/sitemap.xml") for address in locations(reader, part)]


def test_the_site_map_has_every_public_record_and_page_once(addresses, city):
    assert len(addresses) == len(set(addresses))
    assert {"/", "/plan/", "/plan/22/", "/kinds/policy/", f"/r/{city['public'].slug}"} <= set(addresses)


def test_the_site_map_has_nothing_that_is_not_public(addresses, city):
    for name in ("group", "staff", "sealed", "unpublished", "erased", "expired", "staged"):
        assert f"/r/{city[name].slug}" not in addresses, name


def test_the_site_map_leaves_out_what_robots_may_not_index(addresses, city, page):
    assert f"/r/{city.slugs['penalty-decision-person']}" not in addresses
    assert "noindex" in page(f"/r/{city.slugs['penalty-decision-person']}").meta("robots")


def test_every_address_of_the_site_map_can_be_read(addresses, reader):
    client = reader()
    wanted = [address for address in addresses if not address.startswith("/units/")]
    assert {address: client.get(address).status_code for address in wanted} == dict.fromkeys(wanted, 200)


def test_there_is_no_further_part(city, reader):
    parts = locations(reader, "/sitemap.xml")
    assert reader().get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert reader().get("/sitemap-0.xml").status_code == 404
    assert reader().get("/sitemap-99999999999999999999.xml").status_code == 404


def test_robots_are_led_to_the_site_map_and_away_from_questions(city, reader):
    text = reader().get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /find/" in text
    assert "Disallow: /\n" not in text


def test_health_tells_of_a_worker_that_is_not_there(city, reader):
    from sunlit.ledger.models import Heartbeat

    Heartbeat.objects.all().delete()
    assert json.loads(reader().get("/healthz").content)["status"] == "degraded"
    Heartbeat.objects.create(name="worker", beat_at=timezone.now())
    assert json.loads(reader().get("/healthz").content)["status"] == "ok"
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
    response = reader().get("/healthz")
    assert json.loads(response.content)["status"] == "degraded"
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_before_the_first_plan_the_site_says_so(city, reader):
    from sunlit.plan.models import PlanVersion

    PlanVersion.objects.update(active=False)
    response = reader().get("/")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert reader().get("/healthz").status_code == 200
