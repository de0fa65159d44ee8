"""Boxes that may hold an object, found without a trained network."""
