"""What can be found from the floors below: records, measures, units, columns and terms of the plan."""
