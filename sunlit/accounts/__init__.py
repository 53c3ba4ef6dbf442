"""Accounts: logging in, second factors, sessions, people and their roles, deputies, the audit journal."""
