"""Base templates, components and page rendering for every face."""
