"""Labeling in Label Studio: images there, and what people drew back."""
