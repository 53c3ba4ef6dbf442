"""Compare the licence of every installed package with the list of those we accept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ACCEPTED = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|LGPL|Lesser General Public"
    r"|Unlicense|HPND|0BSD|CC0|Zlib",
    re.IGNORECASE,
)
REFUSED = re.compile(r"(?<!L)(?<!Lesser )\b(AGPL|GPL|GNU General Public|GNU Affero)", re.IGNORECASE)

# Packages whose metadata is silent; what their own files say, read by hand.
READ_BY_HAND = {
    "axe-playwright-python": "MIT; carries axe-core, MPL-2.0, unmodified",
    "atheris": "Apache-2.0",
}


def main() -> int:
    """Print every package whose licence is not on the list; return the number of them."""
    tool = Path(sys.executable).with_name("pip-licenses")
    listing = subprocess.run([tool, "--format=json", "--from=mixed"], capture_output=True, text=True, check=True)
    strange = [
        package
        for package in json.loads(listing.stdout)
        if package["Name"] not in {"sunlit", *READ_BY_HAND}
        and (not ACCEPTED.search(package["License"]) or REFUSED.search(package["License"]))
    ]
    for package in strange:
        print(f"{package['Name']} {package['Version']}: {package['License']}")
    return len(strange)


if __name__ == "__main__":
    sys.exit(main())
