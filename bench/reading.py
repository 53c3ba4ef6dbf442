"""Reading: the kept page beside nginx, pages made anew at a million records, and the same rows in Datasette.

``sunlit serve`` runs as the README starts it. Kept page: the same bytes from nginx, both asked by wrk over 32
connections. Pages made anew: another server with no room for kept pages, one question after another; the city of 10,000
records is asked beside the one of a million. Needs nginx and wrk (apt-get install -y nginx-light wrk).
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import million

ROOT = Path(__file__).resolve().parent.parent
SECONDS = int(os.environ.get("SECONDS_EACH", "8"))
ROUNDS = 5
QUESTIONS = 200
SMALL = 10_000


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str = "/") -> None:
    """Wait until a server answers."""
    for _try in range(300):
        with contextlib.suppress(OSError, http.client.HTTPException):
            if get(port, path)[0] < 500:
                return
        time.sleep(0.1)
    sys.exit(f"nothing answers on port {port}")


def get(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    """Ask once and return status and body."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


@contextlib.contextmanager
def running(command: list[str], port: int, path: str = "/", **environment: str) -> Iterator[int]:
    """Run a server while something is asked of it."""
    log = tempfile.NamedTemporaryFile(prefix="sunlit-bench-", suffix=".log")  # noqa: SIM115  # open as long as the server
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log)
    try:
        wait_for(port, path)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextlib.contextmanager
def sunlit(home: Path, port: int, **environment: str) -> Iterator[int]:
    """Run ``sunlit serve`` over a city."""
    command = [sys.executable, "-m", "sunlit.cli", "serve", "--port", str(port)]
    with running(command, port, SUNLIT_HOME=str(home), PORT=str(port), **environment) as pid:
        yield pid


@contextlib.contextmanager
def nginx(body: bytes, port: int) -> Iterator[None]:
    """Run nginx over one file, as its manual advises for static files."""
    folder = Path(tempfile.mkdtemp(prefix="sunlit-nginx."))
    folder.chmod(0o755)
    (folder / "index.html").write_bytes(body)
    temps = "".join(f"{name}_temp_path {folder}/t;" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"worker_processes auto; daemon off; pid {folder}/pid; error_log {folder}/log;"
        "events { worker_connections 512; } http { access_log off; sendfile on; tcp_nopush on; "
        f"include /etc/nginx/mime.types; open_file_cache max=100; keepalive_requests 100000000; {temps}"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
    )
    with running(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], port):
        yield
    shutil.rmtree(folder, ignore_errors=True)


def pressed(port: int, path: str) -> tuple[float, float]:
    """Return requests per second and the 99th percentile in milliseconds under 32 connections."""
    command = ["wrk", "-t1", "-c32", f"-d{SECONDS}", "--latency", f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def kept_page(home: Path) -> None:
    """Measure the kept page beside nginx, in turns, for the machine is not equally fast at all times."""
    ports = free_port(), free_port()
    page = sample(home, 1)[0]
    with sunlit(home, ports[0]):
        time.sleep(3)
        body = get(ports[0], page)[1]
        with nginx(body, ports[1]):
            pressed(ports[0], page)  # each web process makes the page once before anything is counted
            ours, theirs = [], []
            for _round in range(ROUNDS):
                theirs.append(pressed(ports[1], "/index.html"))
                ours.append(pressed(ports[0], page))
    ratios = [our[0] / their[0] for our, their in zip(ours, theirs, strict=True)]
    print(
        f"kept page of {len(body):,} bytes ({len(gzip.compress(body)):,} compressed), 32 connections, {ROUNDS} rounds:"
    )
    print(
        f"  sunlit serve {statistics.median(one[0] for one in ours):,.0f}/s, p99 {max(one[1] for one in ours):.1f} ms"
    )
    print(f"  nginx {statistics.median(one[0] for one in theirs):,.0f}/s, p99 {max(one[1] for one in theirs):.1f} ms")
    print(f"  ratio {statistics.median(ratios):.2f} (floor 0.50, goal 0.75); p99 floor 10 ms")


def sample(home: Path, count: int) -> list[str]:
    """Return addresses of random public records, never the same twice."""
    return ask(home, "records", count)


def ask(home: Path, what: str, count: int) -> list[str]:
    """Ask the database for addresses, in a process that has this city's settings."""
    command = [sys.executable, __file__, "addresses", what, str(count)]
    said = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "SUNLIT_HOME": str(home)}, capture_output=True, text=True, check=True
    )
    return list(json.loads(said.stdout))


def addresses(what: str, count: int) -> list[str]:
    """Return addresses of records, of lists with two filters, or of lists of a unit with 150 units below it."""
    from sunlit.records.models import Record, Revision
    from sunlit.units.models import Unit

    chance = random.Random(5)
    if what == "records":
        last = Record.objects.order_by("-pk").values_list("pk", flat=True)[0]
        found: list[str] = []
        while len(found) < count:
            wanted = [chance.randrange(1, last + 1) for _ in range(count)]
            rows = Record.objects.filter(pk__in=wanted, audience="public", state="live")
            found += [f"/r/{slug}" for slug in rows.values_list("slug", flat=True)]
        return found[:count]
    if what == "wordings":
        last = Revision.objects.order_by("-pk").values_list("pk", flat=True)[0]
        return [str(chance.randrange(1, last)) for _ in range(count)]
    if what == "filtered":
        kinds = ("fine", "warning", "confiscate-gains")
        return [
            f"/kinds/penalty-decision/?f_penalty_kinds={chance.choice(kinds)}"
            f"&f_decided_on_from={2016 + chance.randrange(8)}-{chance.randrange(1, 13):02}-01"
            for _ in range(count)
        ]
    paths = list(Unit.objects.order_by("path").values_list("path", "code"))
    below = {code: sum(other.startswith(path) for other, _code in paths) for path, code in paths if len(path) <= 12}
    near = sorted(below, key=lambda code: abs(below[code] - 150))[:4]
    kinds_there = ("village-profile", "notice", "approval-decision", "penalty-decision")
    return [f"/kinds/{chance.choice(kinds_there)}/?unit={chance.choice(near)}" for _ in range(count)]


def timed(port: int, pages: list[str]) -> list[float]:
    """Return the seconds that each page took, asked one after another over one connection."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    for page in pages:
        began = time.perf_counter()
        link.request("GET", page)
        answer = link.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"{page} answered {answer.status}")
        taken.append(time.perf_counter() - began)
    return taken


def made_anew(home: Path) -> dict[str, list[float]]:
    """Measure pages that nobody kept."""
    port = free_port()
    with sunlit(home, port, SUNLIT_CACHE_MB="0"):
        time.sleep(2)
        for what in ("records", "filtered", "subtree"):
            timed(port, ask(home, what, 20))
        return {what: timed(port, ask(home, what, QUESTIONS)) for what in ("records", "filtered", "subtree")}


FLOORS = {"records": 30, "filtered": 60, "subtree": 60}
NAMES = {
    "records": "record page",
    "filtered": "list with two filters",
    "subtree": "list of a subtree of about 150 units",
}


def datasette(home: Path) -> list[float]:
    """Return the seconds that Datasette takes to show the same rows: a record's live wording by its key."""
    port = free_port()
    program = ROOT / ".venv-bench" / "bin" / "datasette"
    if not program.exists():
        print("  (Datasette is not installed: make bench installs it)")
        return []
    ids = ask(home, "wordings", QUESTIONS + 20)
    command = [
        str(program),
        "serve",
        str(home / "db.sqlite3"),
        "--port",
        str(port),
        "--setting",
        "num_sql_threads",
        "3",
    ]
    with running(command, port, "/-/versions.json"):
        pages = [f"/db/records_revision/{one}" for one in ids]
        timed(port, pages[:20])
        return timed(port, pages[20:])


def describe(values: list[float]) -> str:
    """Say median and p95 in milliseconds."""
    return (
        f"median {statistics.median(values) * 1000:.1f} ms, p95 {statistics.quantiles(values, n=20)[-1] * 1000:.1f} ms"
    )


def main() -> None:
    """Run everything and print figures."""
    large, small = million.ensure(), million.ensure(SMALL)
    for home in (large, small):
        subprocess.run(
            [sys.executable, "-m", "sunlit.cli", "init"],
            cwd=ROOT, env={**os.environ, "SUNLIT_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    kept_page(large)
    at_large, at_small = made_anew(large), made_anew(small)
    for what, values in at_large.items():
        growth = statistics.median(values) / statistics.median(at_small[what])
        print(f"{NAMES[what]}, made anew, {million.RECORDS:,} records: {describe(values)} (floor {FLOORS[what]} ms)")
        print(f"  {SMALL:,} records: {describe(at_small[what])}; growth {growth:.2f} (floor 2)")
    if "postgresql" not in large.name and (theirs := datasette(large)):
        ours = statistics.median(at_large["records"])
        print(f"Datasette, the same rows: {describe(theirs)}; ours takes {ours / statistics.median(theirs):.2f} of it")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.config.settings")
    if sys.argv[1:2] == ["addresses"]:
        import django

        django.setup()
        print(json.dumps(addresses(sys.argv[2], int(sys.argv[3]))))
    else:
        main()
