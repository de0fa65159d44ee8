"""Plan of a run of several trainings."""
from custom.config.config import load_config
from custom.engine.plan import make_plan
from tests.helpers.run_tool import CONFIG


def plan_of(data, folds=3, **changes):
    """Plan of the demo's config with changes, ``__`` for a dot."""
    cfg = load_config(CONFIG)
    cfg.merge_from_dict({
        key.replace('__', '.'): value
        for key, value in changes.items()
    })
    return make_plan(cfg, data, {'--folds': folds})
