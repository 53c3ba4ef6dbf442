"""Django application of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Log-in, sessions, people and roles."""

    name = "sunlit.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let allauth's signals about second factors and linked identities end in the audit journal."""
        from sunlit.accounts import journal

        journal.listen()
