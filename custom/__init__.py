"""Everything this project adds to MMDetection; importing it registers all.

Import it before MMDetection: without MMCV's compiled operators MMDetection
can't be imported until :mod:`custom.ops` has offered its own.

Without torch there is nothing to register with, and what needs none still
works: :mod:`custom.inference.onnx_predictor`, :mod:`custom.utils.image_io`,
the import, check and split of data sets and others. So it is with
``USE_TORCH=0`` in the environment, where torch is installed: a process that
only serves an exported file, or looks at data, then starts in a fraction of
the time and memory.
"""
import contextlib
import io

from custom.utils.setup_env import gc_paused, has_torch


def register_all_modules() -> None:
    """Registers MMDetection's modules and ours, MMCV's operators before them.

    MMEngine's loaders of checkpoints and its writer of local files give way
    to ours, see :func:`custom.checkpoint.loading.replace_mmengine_io`, and the
    text of a config is kept, :func:`custom.config.config.cache_pretty_text`.
    What of theirs detection rarely needs is imported when it is needed,
    :mod:`custom.utils.lazy_imports`.
    """
    from custom.ops import mmcv_ext
    from custom.utils.lazy_imports import postpone_imports, postponed_packages
    postpone_imports()
    mmcv_ext.install()
    # MMDetection prints "Could not import OneDL" twice.
    with contextlib.redirect_stdout(io.StringIO()), postponed_packages():
        import mmdet.datasets
        import mmdet.evaluation
        import mmdet.models  # noqa: F401

    import custom.datasets
    import custom.datasets.transforms
    import custom.engine
    import custom.evaluation
    import custom.inference.predictor_detector
    import custom.models  # noqa: F401
    from custom.checkpoint.loading import replace_mmengine_io
    from custom.config.config import cache_pretty_text
    cache_pretty_text()
    replace_mmengine_io()


with gc_paused():
    if has_torch():
        register_all_modules()
