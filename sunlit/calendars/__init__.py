"""Legal days: today, working days with make-up days, and the two rules by which a period ends."""

from sunlit.calendars.clock import today
from sunlit.calendars.working_days import OutsideCalendar, WorkingDays, working_days

__all__ = ["OutsideCalendar", "WorkingDays", "today", "working_days"]
