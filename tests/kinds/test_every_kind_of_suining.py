"""Every kind of Suining's plan keeps what kinds promise."""

from tests.kinds.walk import *  # noqa: F403

PLAN = "suining"
