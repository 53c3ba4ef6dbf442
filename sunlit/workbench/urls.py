"""Addresses of the staff site."""

from django.urls import path

from sunlit.workbench.views import bundles, compose, history, new, preview, records, review, templates, texts, today

app_name = "workbench"

urlpatterns = [
    path("", today.today, name="today"),
    path("new/", new.new, name="new"),
    path("new/<slug:code>/", new.begin, name="begin"),
    path("templates/", templates.templates, name="templates"),
    path("templates/<int:pk>/delete/", templates.delete, name="template_delete"),
    path("bundles/", bundles.bundles, name="bundles"),
    path("bundles/<int:pk>/", bundles.bundle, name="bundle"),
    path("bundles/<int:pk>/<slug:name>/", bundles.act, name="bundle_act"),
    path("review/", review.review, name="review"),
    path("texts/<int:pk>/", texts.text, name="text"),
    path("texts/<int:pk>/edit/", compose.edit, name="edit"),
    path("texts/<int:pk>/edit/autosave/", compose.autosave, name="autosave"),
    path("texts/<int:pk>/edit/forget/", compose.forget, name="forget"),
    path("texts/<int:pk>/edit/units/", compose.units, name="units"),
    path("texts/<int:pk>/edit/records/", compose.records, name="edit_records"),
    path("texts/<int:pk>/edit/regions/", compose.regions, name="regions"),
    path("texts/<int:pk>/edit/pictures/", compose.keep_picture, name="pictures"),
    path("texts/<int:pk>/edit/pictures/<slug:sha256>/", compose.picture, name="picture"),
    path("texts/<int:pk>/preview/", preview.preview, name="preview"),
    path("texts/<int:pk>/preview/page/", preview.framed, name="framed"),
    path("texts/<int:pk>/companion/", texts.companion, name="companion"),
    path("texts/<int:pk>/template/", templates.keep, name="template_keep"),
    path("texts/<int:pk>/files/<int:position>/<str:name>", texts.file, name="file"),
    path("texts/<int:pk>/<slug:name>/", texts.act, name="text_act"),
    path("records/", records.records, name="records"),
    path("records/<int:pk>/", records.record, name="record"),
    path("records/<int:pk>/correct/", records.correct, name="correct"),
    path("records/<int:pk>/history/", history.of_record, name="history"),
    path("records/<int:pk>/history/history.csv", history.of_record_csv, name="history_csv"),
    path("records/<int:pk>/<slug:name>/", records.act, name="record_act"),
    path("takedown/", records.takedown, name="takedown"),
    path("later/<slug:what>/<int:pk>/", records.later, name="later"),
    path("history/", history.of_person, name="person_history"),
    path("history/history.csv", history.of_person_csv, name="person_history_csv"),
]
