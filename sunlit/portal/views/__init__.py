"""Views: each gets, asks and answers; none holds a query."""
