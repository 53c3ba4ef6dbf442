"""Files that a system sends, to be named by its records."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, BinaryIO, cast

from ninja.files import UploadedFile

from sunlit.api.callers import Caller
from sunlit.api.models import Upload
from sunlit.files import actions as files


def digest_of(file: UploadedFile) -> tuple[bytes, int]:
    """Return by what a file is known again, and its size."""
    digest, size = hashlib.sha256(), 0
    for chunk in file.chunks():
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.digest(), size


def keep(caller: Caller, file: UploadedFile) -> dict[str, Any]:
    """Keep a file and return how a record names it; raises FileRefused."""
    file.seek(0)
    kept = files.store(cast(BinaryIO, file), file.name or "", now=caller.now)
    name = files.clean_name(file.name or "", kept.type)
    Upload.objects.update_or_create(token=caller.token, file=kept, defaults={"name": name, "at": caller.now})
    return {"sha256": kept.sha256, "name": name, "size": kept.size, "type": kept.type}


def forget_rehearsed(before: datetime) -> int:
    """Drop the files that were sent to the sandbox before an instant, unless somebody attached them."""
    count = 0
    for upload in Upload.objects.filter(token__sandbox=True, at__lt=before).select_related("file")[:200]:
        file, alone = upload.file, upload.at == upload.file.created_at
        upload.delete()
        count += 1
        if alone and not Upload.objects.filter(file=file).exists():
            files.destroy(file)
    return count
