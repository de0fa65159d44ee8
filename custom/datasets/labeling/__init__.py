"""Labeling in Label Studio: pictures there, and what people drew back."""
