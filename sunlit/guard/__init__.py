"""The guard: what must not be public is found before publication, in fields, tables, files and file names."""
