"""Addresses of the public site: short, permanent, and readable as a table of contents."""

from django.urls import path

from sunlit.accounts.views import entrance
from sunlit.portal.views import catalogue, front, people, plan, processes, records, root, site, units
from sunlit.screens.urls import paged

app_name = "portal"

urlpatterns = [
    path("", front.home, name="home"),
    *paged("find", front.find, "find"),
    path("find/suggest.json", front.suggest, name="suggest"),
    *paged("plan", plan.whole, "plan"),
    *paged("plan/<int:number>", plan.measure, "measure"),
    *paged("catalogue", catalogue.catalogue, "catalogue"),
    *paged("kinds/<slug:code>", catalogue.kind, "kind"),
    path("kinds/<slug:code>.csv", catalogue.kind_csv, name="kind_csv"),
    path("kinds/<slug:code>/chart.svg", catalogue.kind_chart, name="kind_chart"),
    path("kinds/<slug:code>/template.xlsx", catalogue.kind_template, name="kind_template"),
    *paged("processes/<slug:code>", processes.whole, "processes"),
    *paged("processes/<slug:code>/one", processes.one, "process"),
    *paged("standard", catalogue.standard, "standard"),
    path("standard.csv", catalogue.standard_csv, name="standard_csv"),
    *paged("units", units.whole, "units"),
    *paged("units/<slug:code>", units.unit, "unit"),
    *paged("units/<slug:code>/standard", units.standard, "unit_standard"),
    path("r/<slug:slug>", records.record, name="record"),
    path("r/<slug:slug>.json", records.document, name="document"),
    path("r/<slug:slug>.csv", records.table, name="table"),
    path("r/<slug:slug>/chart.svg", records.chart, name="chart"),
    path("r/<slug:slug>.tlog-proof", records.proof, name="proof"),
    path("r/<slug:slug>/revisions/<int:number>", records.revision, name="revision"),
    path("r/<slug:slug>/files/<int:position>/<str:name>", records.file, name="file"),
    path("verify/", site.verify, name="verify"),
    *paged("verify/root", root.latest, "root"),
    *paged("verify/root/<slug:day>", root.of_day, "root_of_day"),
    path("verify/root/<slug:day>.txt", root.text, name="root_text"),
    path("about/", site.about, name="about"),
    *paged("statistics", site.statistics, "statistics"),
    path("about/accessibility/", site.accessibility, name="accessibility"),
    path("sitemap/", site.sitemap, name="sitemap"),
    path("sitemap.xml", site.sitemap_index, name="sitemap_index"),
    path("sitemap-<int:page>.xml", site.sitemap_page, name="sitemap_page"),
    path("robots.txt", site.robots, name="robots"),
    path("healthz", site.health, name="health"),
    path("readyz", site.ready, name="ready"),
    path("metrics", site.metrics, name="metrics"),
    path("display/", front.display, name="display"),
    path("login/", entrance.log_in, name="login"),
    path("logout/", entrance.log_out, name="logout"),
    path("me/", people.me, name="me"),
]
