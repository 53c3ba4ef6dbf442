"""What the guard knows: each rule of the plan's closed table has exactly one detector.

A detector looks at one text, or at the cells of one row. ``awake`` tells in a fraction of the time whether a text could
hold anything for it at all; it may say yes too often, never no where something is.
"""
