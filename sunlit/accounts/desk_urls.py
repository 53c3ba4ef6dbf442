"""Addresses at the desk: people and their roles, one's own absence, the audit journal."""

from django.urls import path

from sunlit.accounts.views import absence, audit, importing, people

app_name = "accounts"

urlpatterns = [
    path("people/", people.listed, name="people"),
    path("people/new/", people.new, name="new"),
    path("people/import/", importing.upload, name="import"),
    path("people/import/template.csv", importing.template, name="import_template"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/<slug:act>/", people.act, name="person_act"),
    path("absence/", absence.own, name="absence"),
    path("absence/<int:pk>/end/", absence.end, name="absence_end"),
    path("audit/", audit.journal, name="audit"),
    path("audit.csv", audit.as_csv, name="audit_csv"),
]
