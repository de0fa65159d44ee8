"""Sample data generator: procedural children's drawings with boxes."""
