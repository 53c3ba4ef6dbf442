"""Pages kept ready in front of Django, never shown later than a second after an act has changed them."""
