"""Runs the plan commands without an instance: ``python -m sunlit.plan check DIR``."""

from __future__ import annotations

from django.conf import settings

if __name__ == "__main__":
    settings.configure(USE_I18N=False, TIME_ZONE="Asia/Shanghai")
    from sunlit.plan.commands import cli

    cli(prog_name="sunlit.plan")
