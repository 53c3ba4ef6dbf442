"""What to do about a finding, in a sentence, in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

_REMEDIES: Mapping[str, str] = {
    "id-number": gettext_noop("Take out the identity number, or leave only its first three and last two characters."),
    "old-id-number": gettext_noop("This looks like an identity number of 15 digits; take it out if it is one."),
    "bank-card": gettext_noop("Take out the number of the bank card, or leave only its last four digits."),
    "mobile": gettext_noop("Take out the mobile number unless it is that of an office."),
    "landline": gettext_noop("Take out the telephone number unless it is that of an office."),
    "passport": gettext_noop("This looks like the number of a passport; take it out."),
    "e-mail": gettext_noop("Take out the e-mail address unless it is that of an office."),
    "plate": gettext_noop("Take out the plate of the vehicle unless the law wants it shown."),
    "address": gettext_noop("Shorten the address to county and town."),
    "name": gettext_noop("Mask the name, or make sure that the law wants it shown here in full."),
    "minor": gettext_noop("A child can be recognised here; take out the name, or age, birth date and class."),
    "health": gettext_noop("This tells about someone's health; take it out, or take out who it is."),
    "secret": gettext_noop("This is marked as secret; do not publish it before it is declassified."),
    "internal": gettext_noop(
        "This is marked as not for the public; clear it with its author, or take out the marking."
    ),
    "forbidden": gettext_noop("This word must not be used; write it differently."),
    "mistaken": gettext_noop("Write “%(right)s”."),
    "post": gettext_noop("Post and name do not fit; the post is %(right)s."),
    "placeholder": gettext_noop("This is still to be filled in; complete it or take it out."),
    "encoding": gettext_noop("These characters are damaged; copy the passage from its source again."),
    "hidden-content": gettext_noop("Readers do not see this at once (%(hiding)s); delete it or make it visible."),
    "hidden-layer": gettext_noop("Text lies behind a picture; make sure that it says nothing which the picture hides."),
    "metadata": gettext_noop("The file tells about its making; remove its properties before publication."),
    "unread": gettext_noop("Not everything could be judged, look at it yourself: %(what)s"),
}
_NAMES: Mapping[str, str] = {
    "id-number": gettext_noop("identity number"),
    "old-id-number": gettext_noop("identity number of 15 digits"),
    "bank-card": gettext_noop("bank card"),
    "mobile": gettext_noop("mobile number"),
    "landline": gettext_noop("telephone number"),
    "passport": gettext_noop("passport"),
    "e-mail": gettext_noop("e-mail address"),
    "plate": gettext_noop("plate of a vehicle"),
    "address": gettext_noop("home address"),
    "name": gettext_noop("name of a person"),
    "minor": gettext_noop("minor"),
    "health": gettext_noop("health"),
    "secret": gettext_noop("marked as secret"),
    "internal": gettext_noop("marked as internal"),
    "forbidden": gettext_noop("word not to be used"),
    "mistaken": gettext_noop("misspelling"),
    "post": gettext_noop("name and post"),
    "placeholder": gettext_noop("still to be filled in"),
    "encoding": gettext_noop("damaged characters"),
    "hidden-content": gettext_noop("hidden content"),
    "hidden-layer": gettext_noop("text behind a picture"),
    "metadata": gettext_noop("properties of the file"),
    "unread": gettext_noop("not read"),
}
_HIDING: Mapping[str, str] = {
    "comment": gettext_noop("comment"),
    "tracked change": gettext_noop("tracked change"),
    "hidden text": gettext_noop("hidden text"),
    "hidden sheet": gettext_noop("hidden sheet"),
    "hidden row": gettext_noop("hidden row"),
    "hidden column": gettext_noop("hidden column"),
    "cache": gettext_noop("cache"),
    "annotation": gettext_noop("annotation"),
    "text layer": gettext_noop("text layer"),
    "embedded file": gettext_noop("embedded file"),
    "metadata": gettext_noop("properties of the file"),
    "": gettext_noop("hidden part"),
}


def name(rule: str) -> str:
    """Return what a rule is called; one that the table does not know any more keeps its word."""
    return gettext(_NAMES[rule]) if rule in _NAMES else rule


def remedy(rule: str, words: Mapping[str, str]) -> str:
    """Return the sentence for a rule; raises KeyError for a rule that the plan's table does not know."""
    filled = {name: gettext(_HIDING.get(word, word)) if name == "hiding" else word for name, word in words.items()}
    sentence = gettext(_REMEDIES[rule])
    return sentence % filled if filled else sentence
