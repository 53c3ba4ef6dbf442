"""Charts: drawn when something is published, kept by content, shown beside the table of their figures."""
