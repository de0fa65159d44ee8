"""Watched training: a small real run that writes down its steps, and is
stopped, killed or spoiled at a given one."""
import json
from pathlib import Path

import torch

from tests.helpers.run_tool import CONFIG, ROOT, run_tool

# In a module of its own, as a user's hook.
_MODULE = """
import json
import os
import threading
import time

from mmdet.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class WatchHook(Hook):
    '''Writes the image ids and losses of each step; kills the process.'''

    def __init__(self, trace, kill, at, step, after, again):
        self.trace, self.kill, self.at, self.step = trace, kill, at, step
        self.after, self.again = after, again

    def before_train(self, runner):
        if self.after is not None:
            timer = threading.Timer(self.after, os.kill,
                                    (os.getpid(), self.kill))
            timer.daemon = True
            timer.start()

    def _strike(self, runner, at, step):
        if not self.kill or (at, step) != (self.at, self.step):
            return
        pids = [os.getpid()]
        if self.kill < 0:
            pids[:0] = [
                worker.pid
                for loader in (runner.train_dataloader, runner.val_dataloader)
                for worker in loader._iterator._workers
            ]
        for pid in pids:
            os.kill(pid, abs(self.kill))
            if len(pids) > 1:
                time.sleep(0.2)  # what dies of it is noticed
        if self.again:
            time.sleep(1)
            os.kill(os.getpid(), self.again)

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        with open(self.trace, 'a') as file:
            file.write(json.dumps([
                runner.iter + 1,
                [sample.img_id for sample in data_batch['data_samples']],
                {name: float(value) for name, value in outputs.items()},
            ]) + '\\n')
        self._strike(runner, 'step', runner.iter + 1)

    def after_val_iter(self, runner, batch_idx, data_batch, outputs):
        self._strike(runner, 'val', runner.iter)

    def before_save_checkpoint(self, runner, checkpoint):
        best = 'optimizer' not in checkpoint
        self._strike(runner, 'best' if best else 'save',
                     checkpoint['meta']['iter'])
"""
_LEAF = """
_base_ = {base!r}
custom_imports = dict(imports=['custom', 'watching'])
default_hooks = dict(
    watch=dict(type='WatchHook', trace={trace!r}, kill={kill!r}, at={at!r},
               step={step!r}, after={after!r}, again={again!r}),
    logger=dict(interval=1),
    checkpoint=dict(max_keep_ckpts=9),
    # Without report and curves, which take seconds.
    val_report=None)
train_cfg = dict(max_epochs=2, val_interval=1)
custom_hooks = [dict(type='FastInferenceHook')]
{more}
"""


class WatchedRun:
    """A folder with a work dir ``run`` and what its trainings wrote down.

    Args:
        folder: Is made.
        data: Folder of drawings, 16 to train: 4 steps an epoch.
        config: Lines at the end of the config.
    """

    def __init__(self, folder, data, config=''):
        self.folder, self.data = Path(folder), data
        self.config = config
        self.work_dir = self.folder / 'run'
        self.folder.mkdir()
        (self.folder / 'watching.py').write_text(_MODULE)

    def train(self,
              *words,
              kill=None,
              at=None,
              step=None,
              after=None,
              again=None,
              options=()):
        """Trains two epochs, or what is left of them.

        Args:
            words: Of the command line; the images are of 64 pixels.
            kill: The signal that the process sends to itself; a negative one
                goes to its loader workers as well.
            again: The signal a second later.
            at: 'step', 'val', 'save' or 'best': while what is done.
            step: After how many steps.
            after: Instead of both, after how many seconds of training.
            options: For ``--cfg-options``.
        """
        leaf = self.write_config(kill, at, step, after, again)
        if options:
            words = [*words, '--cfg-options', *options]
        return run_tool(
            'train',
            leaf,
            '--data',
            self.data,
            '--work-dir',
            self.work_dir,
            '--imgsz',
            64,
            *words,
            path=self.folder)

    def write_config(self,
                     kill=None,
                     at=None,
                     step=None,
                     after=None,
                     again=None):
        """The config of :meth:`train`, whose folder is where it imports
        from."""
        leaf = self.folder / 'leaf.py'
        leaf.write_text(
            _LEAF.format(
                base=str(ROOT / CONFIG),
                trace=str(self.folder / 'trace.jsonl'),
                kill=kill and int(kill),
                at=at,
                step=step,
                after=after,
                again=again and int(again),
                more=self.config))
        return leaf

    def trace(self):
        """By step: the image ids and the losses; of the last try at it."""
        lines = (self.folder / 'trace.jsonl').read_text().splitlines()
        return {step: rest for step, *rest in map(json.loads, lines)}

    def load(self, name):
        """A checkpoint of the work dir."""
        return torch.load(self.work_dir / name, weights_only=False)

    def names(self):
        """Names of the checkpoints, in order."""
        return sorted(path.name for path in self.work_dir.glob('*.pth'))

    def record(self):
        """What ``run.json`` holds."""
        return json.loads((self.work_dir / 'run.json').read_text())


def leaves(node, path=''):
    """Tensors and numbers of nested dicts and lists, by their path."""
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, (list, tuple)):
        items = enumerate(node)
    else:
        return {path: node}
    return {
        name: leaf
        for key, child in items
        for name, leaf in leaves(child, f'{path}/{key}').items()
    }


def differences(one, other):
    """What two checkpoints of the same step differ in, bit for bit: weights,
    optimizer, averages, schedule."""
    found = []
    for part in ('state_dict', 'optimizer', 'ema_state_dict',
                 'param_schedulers'):
        ours, theirs = (
            leaves(checkpoint.get(part, {}), part)
            for checkpoint in (one, other))
        assert ours.keys() == theirs.keys()
        found += [
            name for name, value in ours.items()
            if not (torch.equal(value, theirs[name]) if isinstance(
                value, torch.Tensor) else value == theirs[name])
        ]
    return found
