"""Collect the environment: packages, device, operators, what to mend."""
import argparse
import sys

from _run import SYSTEM_LIBRARIES


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        from custom.engine.collect_env import collect_env
    except ModuleNotFoundError as error:
        print(f'problem: {error.name or error} is missing: '
              'pip install -c constraints.txt -e ".[dev]"')
        return 2
    except ImportError as error:
        print(f'problem: {error}: {SYSTEM_LIBRARIES}')
        return 2
    facts, problems = collect_env()
    for name, value in facts.items():
        print(f'{name:18} {value}')
    for problem in problems:
        print(f'problem: {problem}')
    if not problems:
        print('no problems')
    return 2 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
