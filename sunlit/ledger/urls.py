"""Addresses of the log, mounted at ``/ledger/``; they are the C2SP tlog-tiles interface and stay the same for good."""

from django.urls import path

from sunlit.ledger import views

app_name = "ledger"

urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("vkey", views.vkey, name="vkey"),
    path("vkeys", views.vkeys, name="vkeys"),
    path("tile/<path:address>", views.tile, name="tile"),
    path("proof/<int:position>", views.proof, name="proof"),
]
