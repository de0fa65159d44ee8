"""Numbers into pictures and pages."""
