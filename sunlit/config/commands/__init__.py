"""Commands that need the whole house: preparing an instance, serving it, applying a plan."""
