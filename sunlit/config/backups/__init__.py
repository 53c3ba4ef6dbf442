"""Backups of an instance: made while it runs, checked file by file, and put back without taking the ledger back."""
