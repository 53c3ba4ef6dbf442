"""The calls that `docs/api.md` shows are made as they stand there."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from sunlit.records.models import Record

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "api.md"
CALLS = re.findall(r"```sh\n(curl .*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_each_example_is_answered(unwritten, live_server, tmp_path):
    unwritten.token.kinds = ["notice"]
    unwritten.token.save()
    (tmp_path / "notice.txt").write_text("公告", encoding="utf-8")
    around = {"SITE": live_server.url, "TOKEN": unwritten.secret, "ID": "", "PATH": "/usr/bin:/bin"}
    answers = []
    for call in CALLS:
        done = subprocess.run(
            ["bash", "-c", f"{call.rstrip()} -s -m 20"], capture_output=True, env=around, cwd=tmp_path, check=True
        )
        answers.append(json.loads(done.stdout))
        around["ID"] = around["ID"] or answers[0]["id"]
    assert [answer.get("state", "sha256" in answer) for answer in answers] == [
        "submitted",
        "submitted",
        "submitted",
        "discarded",
        True,
    ]
    assert Record.objects.count() == 1
