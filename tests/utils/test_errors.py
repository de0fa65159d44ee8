import errno

import pytest
from torch.utils.data import DataLoader, Dataset

from custom.utils.errors import InputError, exit_on_input_error


class Failing(Dataset):

    def __len__(self):
        return 1

    def __getitem__(self, index):
        raise InputError('a.png: cannot be decoded')


def run(action):
    with exit_on_input_error():
        action()


def fail_with(error):
    raise error


@pytest.mark.parametrize('error, code, message', [
    (InputError('a.json: bad'), 2, 'error: a.json: bad\n'),
    (OSError(errno.ENOSPC, 'No space left on device', 'a.log'), 2,
     'error: a.log: cannot be written (No space left on device); free some '
     'space and start again\n'),
    (PermissionError(errno.EACCES, 'Permission denied', 'work_dirs'), 2,
     'error: work_dirs: cannot be opened (Permission denied); choose another '
     'place, or its permissions\n'),
    (ImportError('Please run "pip install tensorboard"'), 2,
     'error: Please run "pip install tensorboard"\n'),
    (ModuleNotFoundError(name='mmengine'), 2,
     'error: mmengine is not installed; pip install -c constraints.txt '
     '".[train]"\n'),
    (KeyError('MyHook is not in the mmdet::hook registry.'), 2,
     'error: MyHook is not in the mmdet::hook registry.\n'),
    (KeyboardInterrupt(), 130, 'interrupted\n'),
])
def test_one_message_and_a_code(error, code, message, capsys):
    with pytest.raises(SystemExit) as end:
        run(lambda: fail_with(error))

    assert end.value.code == code
    assert capsys.readouterr().err == message


def test_an_error_in_a_loader_worker_has_no_traceback(capsys):
    with pytest.raises(SystemExit):
        run(lambda: next(iter(DataLoader(Failing(), num_workers=1))))

    assert capsys.readouterr().err == 'error: a.png: cannot be decoded\n'


def swallow(interrupt):
    """As MMEngine does while it formats a config: it catches everything."""
    try:
        raise interrupt
    except BaseException:
        raise SyntaxError('Failed to format the config file')


def test_ctrl_c_that_a_library_took_for_its_own_error(capsys):
    with pytest.raises(SystemExit) as end:
        run(lambda: swallow(KeyboardInterrupt()))

    assert end.value.code == 130
    assert capsys.readouterr().err == 'interrupted\n'
    with pytest.raises(SyntaxError):
        run(lambda: swallow(ValueError()))


def test_a_fault_of_the_program_stays_one():
    with pytest.raises(ZeroDivisionError):
        run(lambda: 1 / 0)
    with pytest.raises(PermissionError):
        run(lambda: fail_with(PermissionError(errno.EACCES, 'no')))
    with pytest.raises(KeyError):
        run(lambda: fail_with(KeyError('name')))
    with pytest.raises(ImportError):
        run(lambda: fail_with(ImportError('cannot import name x')))
