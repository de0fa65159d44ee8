"""Procedural children's drawings with boxes: the sample data set."""
