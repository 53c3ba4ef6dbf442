"""The usual tool as a reference: django-import-export with its defaults, over the same sheet, into an empty file.

Runs in an environment of its own (``make bench`` makes it); prints rows per second and nothing else.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import islice
from pathlib import Path


def main(sheet: Path, rows: int) -> None:
    """Import the first rows of a sheet and print how many went in per second."""
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "import_export"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{tempfile.mkdtemp()}/db.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    import tablib
    from django.db import connection, models
    from import_export import resources

    lines = list(islice(sheet.open(encoding="utf-8-sig", newline=""), rows + 1))
    columns = lines[0].strip().split(",")
    fields = {name: models.TextField(blank=True) for name in columns}
    penalty = type("Penalty", (models.Model,), {**fields, "__module__": "reference", "Meta": _meta()})
    with connection.schema_editor() as editor:
        editor.create_model(penalty)  # type: ignore[arg-type]
    resource = resources.modelresource_factory(penalty)()
    began = time.perf_counter()
    dataset = tablib.Dataset().load("".join(lines), format="csv")
    dataset.append_col([""] * len(dataset), header="id")
    result = resource.import_data(dataset, dry_run=False)
    seconds = time.perf_counter() - began
    if result.has_errors() or penalty.objects.count() != rows:  # type: ignore[attr-defined]
        errors = [str(error.error) for _row, found in result.row_errors()[:1] for error in found]
        sys.exit(f"the reference imported {penalty.objects.count()} of {rows}: {result.base_errors or errors}")  # type: ignore[attr-defined]
    print(rows / seconds)


def _meta() -> type:
    return type("Meta", (), {"app_label": "import_export"})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
