"""Label Studio: its HTTP API, labeling configs, regions and images."""
