"""Memory files of a control group, as the kernel shows them."""


def write_cgroup(folder, limit, used, droppable):
    """Those of version 2 and of version 1, in one folder; bytes, or ``max``
    for no limit."""
    for name in ('memory.max', 'memory.limit_in_bytes'):
        (folder / name).write_text(f'{limit}\n')
    for name in ('memory.current', 'memory.usage_in_bytes'):
        (folder / name).write_text(f'{used}\n')
    (folder / 'memory.stat').write_text(f'anon 1\ninactive_file {droppable}\n'
                                        f'total_inactive_file {droppable}\n')
