"""Worker scripts, run as ``PYTHON worker.py FOLDER``; see protocol.py."""
