from pathlib import Path

from custom.datasets.annotations.issues import CODES

DOCS = Path(__file__).parents[3] / 'docs'


def test_docs_list_every_code():
    text = (DOCS / 'checking.md').read_text(encoding='utf-8')
    rows = [line for line in text.splitlines() if line.startswith('| `')]
    assert rows == [
        f'| `{code}` | {e.severity} | {e.title} | {e.fix_hint} | {e.fix} |'
        for code, e in CODES.items()
    ]
