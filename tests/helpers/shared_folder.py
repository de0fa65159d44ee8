"""Shared fixture folder: made once per test run, for all its processes."""
import os
import shutil

from filelock import FileLock


def shared_folder(tmp_path_factory, name, make):
    """A folder that whoever asks first makes; the others wait for it.

    Args:
        tmp_path_factory: Of pytest; its base folder is that of one process of
            pytest-xdist, which stands in that of the run.
        name: Of the folder.
        make: Is called with its path; it doesn't exist yet.

    Returns:
        pathlib.Path: The folder; none may change what is in it.
    """
    root = tmp_path_factory.getbasetemp()
    if 'PYTEST_XDIST_WORKER' in os.environ:
        root = root.parent
    folder, done = root / name, root / f'{name}.done'
    with FileLock(root / f'{name}.lock'):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return folder
