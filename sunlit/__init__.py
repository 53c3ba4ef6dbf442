"""Sunlit runs a city's open-government plan: the plan declares, the engines act, one ledger remembers."""

__version__ = "0.1.0"
