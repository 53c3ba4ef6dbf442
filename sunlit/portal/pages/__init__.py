"""What each page of the public site says: a dataclass, and the function that fills it."""
