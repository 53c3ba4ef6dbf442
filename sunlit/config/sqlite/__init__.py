"""A thin SQLite backend that queues writers fairly; Django loads ``base`` from here."""
