"""Translations: ``python -m sunlit.screens.messages compile|update|check``.

``compile`` needs neither Django nor a database, so that an instance can be prepared from nothing. People translate
into Simplified Chinese; Traditional is made from it, words included (信息 becomes 資訊).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "locale"
SOURCE, DERIVED = "zh_Hans", "zh_Hant"
WIDTH = 100
METADATA = {
    "Project-Id-Version": "sunlit",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def catalogue(language: str) -> Path:
    """Return where the texts of a language stand."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def compile_all() -> int:
    """Write each catalogue in the form that programs read, next to it; return how many there are."""
    found = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    for file in found:
        polib.pofile(str(file)).save_as_mofile(str(file.with_suffix(".mo")))
    return len(found)


def update() -> int:
    """Bring the catalogues in line with what the code says, keeping every translation; return how many are missing."""
    file = catalogue(SOURCE)
    known = _by_key(_read(file)) if file.exists() else {}
    fresh = _empty(SOURCE)
    for entry in _extracted():
        old = known.get(_key(entry))
        if old is not None:
            entry.msgstr, entry.msgstr_plural, entry.tcomment = old.msgstr, old.msgstr_plural, old.tcomment
            entry.flags += [flag for flag in old.flags if flag == "fuzzy"]
        fresh.append(entry)
    _save(fresh, file)
    _save(_traditional(fresh), catalogue(DERIVED))
    compile_all()
    return len(fresh.untranslated_entries())


def check() -> list[str]:
    """Return what is wrong with the catalogues, in sentences."""
    if not catalogue(SOURCE).exists():
        return [f"{catalogue(SOURCE)} does not exist"]
    simplified = _read(catalogue(SOURCE))
    said, known = {_key(entry) for entry in _extracted()}, _by_key(simplified)
    faults = [f"not in the catalogue: {key[0]}" for key in sorted(said - set(known))]
    faults += [f"nobody says any more: {key[0]}" for key in sorted(set(known) - said)]
    faults += [fault for entry in simplified if not entry.obsolete for fault in _faults(entry)]
    derived = _read(catalogue(DERIVED)) if catalogue(DERIVED).exists() else polib.POFile()
    if str(derived) != str(_traditional(simplified)):
        faults.append("the Traditional catalogue is not the one made from the Simplified one; run `update`")
    return faults


def main(arguments: list[str]) -> int:
    """Do what the command line asks; return the exit code."""
    match arguments:
        case ["compile"]:
            print(f"{compile_all()} catalogues compiled")
            return 0
        case ["update"]:
            _set_up()
            print(f"{update()} texts still to be translated")
            return 0
        case ["check"]:
            _set_up()
            faults = check()
            print("\n".join(faults) or "translations are complete")
            return 1 if faults else 0
    print(__doc__)
    return 2


def _set_up() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
    django.setup()


Key = tuple[str, str, str]


def _key(entry: polib.POEntry) -> Key:
    return (entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _by_key(catalogue: polib.POFile) -> dict[Key, polib.POEntry]:
    return {_key(entry): entry for entry in catalogue if not entry.obsolete}


def _extracted() -> Iterator[polib.POEntry]:
    from sunlit.screens import extraction  # needs Django's templates, which `compile` does without

    for text, files in extraction.texts(PACKAGE).items():
        entry = polib.POEntry(msgid=text.text, occurrences=[(file, "") for file in files])
        entry.msgctxt = text.context or None
        if text.plural:
            entry.msgid_plural, entry.msgstr_plural = text.plural, {0: ""}
        if text.placeholders:
            entry.flags.append("python-format")
        yield entry


def _faults(entry: polib.POEntry) -> Iterator[str]:
    from sunlit.screens.extraction import placeholders

    if not entry.translated():
        yield f"not translated: {entry.msgid}"
        return
    if entry.fuzzy:
        yield f"marked as doubtful: {entry.msgid}"
    said = entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr
    if placeholders(said) != placeholders(entry.msgid_plural or entry.msgid):
        yield f"other things are filled in: {entry.msgid} → {said}"


def _traditional(simplified: polib.POFile) -> polib.POFile:
    import opencc

    phrases = opencc.OpenCC("s2twp").convert

    def convert(text: str) -> str:
        # The phrase is meant for software: an authority does not release, it publishes.
        return str(phrases(text)).replace("釋出", "發佈")

    made = _empty(DERIVED)
    for entry in simplified:
        if entry.obsolete:
            continue
        copy = polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, occurrences=entry.occurrences, flags=entry.flags)
        if entry.msgid_plural:
            copy.msgid_plural = entry.msgid_plural
            copy.msgstr_plural = {0: convert(entry.msgstr_plural.get(0, ""))}
        else:
            copy.msgstr = convert(entry.msgstr)
        made.append(copy)
    return made


def _read(file: Path) -> polib.POFile:
    return polib.pofile(str(file), wrapwidth=WIDTH)


def _empty(language: str) -> polib.POFile:
    made = polib.POFile(wrapwidth=WIDTH)
    made.metadata = {**METADATA, "Language": language}
    return made


def _save(made: polib.POFile, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
