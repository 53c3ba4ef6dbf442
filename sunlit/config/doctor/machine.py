"""The machine: clock, disk, permissions, limits, certificate."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Max

from sunlit.calendars import clock
from sunlit.config.doctor.findings import Level, Situation, fine, notice, problem
from sunlit.ledger.models import Checkpoint, Entry

Said = tuple[Level, str, str]
_YEARS = (2025, 2100)
_APART = timedelta(seconds=2)
_SCARCE, _GONE = 5 << 30, 1 << 30  # free bytes
_FOREIGN_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.s3fs", "ncpfs"})
_WRITABLE = ("files", "keys", "ledger", "log", "static")
_FILES, _MEMORY = 1_024, 512 << 20
_EXPIRES = timedelta(days=14)
_SECONDS = 5
_SET_CLOCK = "Set the clock and let NTP keep it: timedatectl set-ntp true. What was signed stays signed."


def year(situation: Situation) -> Said:
    """Judge whether the clock shows a year in which Sunlit can run."""
    first, last = _YEARS
    if first <= situation.now.year < last:
        return fine(f"{situation.now:%Y-%m-%d %H:%M:%S} UTC")
    return problem(f"it shows the year {situation.now.year}: days of the law would be wrong", _SET_CLOCK)


def behind_ledger(situation: Situation) -> Said:
    """Judge whether the clock is behind what the ledger has written down already."""
    stamps = [
        Entry.objects.order_by("-position").values_list("sequenced_at", flat=True).first(),
        Checkpoint.objects.aggregate(last=Max("signed_at"))["last"],
    ]
    newest = max((stamp for stamp in stamps if stamp), default=None)
    if newest and newest > situation.now + _APART:
        ahead = f"{newest:%Y-%m-%d %H:%M:%S} UTC"
        return problem(f"the ledger was written at {ahead}, which is still to come by this clock", _SET_CLOCK)
    return fine("not behind the ledger")


def beside_server(situation: Situation) -> Said:
    """Judge whether the database server's clock agrees with ours."""
    if connection.vendor != "postgresql":
        return fine("the database has no clock of its own")
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
    apart = max(before - there, there - clock.now(), timedelta())
    if apart > _APART:
        return problem(f"the database server's clock is {apart.total_seconds():.1f} s away from ours", _SET_CLOCK)
    return fine("the database server's clock agrees")


def ntp(situation: Situation) -> Said:
    """Ask the system whether its clock is kept by NTP, where it can say so."""
    if (program := shutil.which("timedatectl")) is None:
        return fine("this system does not say; no timedatectl")
    try:
        done = subprocess.run(  # noqa: S603  # a program of the system with fixed arguments
            [program, "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return fine("this system does not say")
    if done.stdout.strip() == "no":
        return notice("the clock is not kept by a time server", "timedatectl set-ntp true")
    return fine("kept by a time server" if done.stdout.strip() == "yes" else "this system does not say")


def space(situation: Situation) -> Said:
    """Judge whether the disk of the home has room."""
    usage = shutil.disk_usage(settings.HOME)
    free = f"{usage.free / (1 << 30):.1f} GB free of {usage.total / (1 << 30):.0f}"
    remedy = f"Make room on the disk of {settings.HOME}, or move the home to a larger one."
    if usage.free < _GONE:
        return problem(f"{free}: soon nothing can be saved any more", remedy)
    return notice(free, remedy) if usage.free < _SCARCE else fine(free)


def file_system(situation: Situation) -> Said:
    """Judge whether the home lies on a file system whose locks SQLite can trust."""
    kind = file_system_of(Path(settings.HOME), Path("/proc/mounts"))
    if kind in _FOREIGN_DISKS:
        said = f"{settings.HOME} lies on {kind}, whose locks do not hold between processes"
        remedy = "Move SUNLIT_HOME to a local disk, and the database to PostgreSQL if several hosts need it."
        return problem(f"{said}: the database would be damaged", remedy)
    return fine(kind or "unknown")


def file_system_of(path: Path, mounts: Path) -> str:
    """Return the type of the file system on which ``path`` lies, from a list as in /proc/mounts; empty if unknown."""
    try:
        rows = [line.split() for line in mounts.read_text("utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    # Blanks in a mount point are written as octal numbers.
    points = [(Path(row[1].replace("\\040", " ")), row[2]) for row in rows if len(row) > 2]
    # Of two mounts at one place the later one lies on top.
    fitting = [
        (len(point.parts), number, kind) for number, (point, kind) in enumerate(points) if path.is_relative_to(point)
    ]
    return max(fitting, default=(0, 0, ""))[2]


def keys_private(situation: Situation) -> Said:
    """Judge whether only the owner can read the keys."""
    folder = Path(settings.HOME) / "keys"
    for path in sorted(folder.glob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077 and not path.suffix.startswith(".vkey"):  # a verifier key is for everyone
            return problem(f"{path} can be read by others (mode {mode:o})", f"chmod 600 {path}")
    return fine("readable by their owner only")


def home_private(situation: Situation) -> Said:
    """Judge whether others can write into the home."""
    home = Path(settings.HOME)
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & 0o022:
        return problem(f"{home} can be written to by others (mode {mode:o})", f"chmod 700 {home}")
    if home.stat().st_uid != os.geteuid():
        return problem(
            f"{home} belongs to the user number {home.stat().st_uid}, this command runs as {os.geteuid()}",
            "Run every command as the user to whom the home belongs.",
        )
    return fine(f"belongs to us (mode {mode:o})")


def folders(situation: Situation) -> Said:
    """Judge whether every folder in which Sunlit writes is there and can be written to, by whom it belongs to."""
    for path in (Path(settings.HOME), *(Path(settings.HOME) / name for name in _WRITABLE)):
        if not path.is_dir():
            return problem(f"{path} is missing", "Run `sunlit init`.")
        if path.stat().st_uid != os.geteuid():
            return problem(f"{path} belongs to another user", f"chown -R {os.geteuid()} {path}")
        if not os.access(path, os.W_OK | os.X_OK):
            return problem(f"{path} cannot be written to", f"chmod u+rwx {path}")
    return fine("there, ours and writable")


def limits(situation: Situation) -> Said:
    """Judge whether the system lets a process open enough files and have enough memory."""
    files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files != resource.RLIM_INFINITY and files < _FILES:
        return problem(
            f"a process may open {files} files only", f"ulimit -n {4 * _FILES}, or LimitNOFILE= of the unit."
        )
    memory = _available_memory()
    if memory is not None and memory < _MEMORY:
        return notice(
            f"{memory >> 20} MB of memory are free", "Give the machine more, or fewer web processes to serve."
        )
    return fine(f"{files} open files" + (f", {memory >> 20} MB of memory free" if memory is not None else ""))


def certificate(situation: Situation) -> Said:
    """Judge whether the site's certificate is valid, and will be in a fortnight."""
    if not settings.HTTPS:
        return fine("not asked for: SUNLIT_HTTPS is not 1")
    host, _, port = settings.HOST.partition(":")
    remedy = "Renew the certificate at the reverse proxy, and see why that does not happen by itself."
    try:
        context = ssl.create_default_context()
        with (
            socket.create_connection((host, int(port or 443)), timeout=_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            ends = str((secured.getpeercert() or {})["notAfter"])
    except ssl.SSLCertVerificationError as error:
        return problem(f"browsers refuse that of https://{settings.HOST}: {error.verify_message}", remedy)
    except (OSError, KeyError) as error:
        return notice(f"https://{settings.HOST} cannot be reached from here: {error}", "Look at it from outside.")
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - situation.now
    if left < _EXPIRES:
        return problem(f"that of https://{settings.HOST} expires in {max(left.days, 0)} days", remedy)
    return fine(f"valid for {left.days} days")


def _available_memory() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    except OSError:
        return None
    return None
