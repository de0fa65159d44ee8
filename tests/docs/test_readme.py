"""Commands, options, modules and files that README and docs/ name exist."""
import functools
import importlib
import re

import pytest

from tests.helpers.run_tool import ROOT, run_tool

PAGES = sorted([*ROOT.glob('README*.md'), *ROOT.glob('docs/*.md')])
every_page = pytest.mark.parametrize('page', PAGES, ids=lambda path: path.name)


def read(page):
    return page.read_text(encoding='utf-8').replace('\\\n', ' ')


def commands(page):
    """(tool, its words) of each ``python tools/TOOL.py ...``."""
    found = re.findall(r'python tools/(\w+)\.py([^`|#\n]*)', read(page))
    return [(tool, words.split()) for tool, words in found]


@functools.lru_cache(maxsize=None)
def known_options(tool, subcommand=''):
    done = run_tool(tool, *filter(None, [subcommand]), '--help')
    return {*re.findall(r'(?<!\S)\[?(--?[a-z][\w-]*)', done.stdout)
            } if done.returncode == 0 else set()


@every_page
def test_commands_and_their_options_are_there(page):
    for tool, words in commands(page):
        assert (ROOT / f'tools/{tool}.py').exists(), tool
        options = {word for word in words if re.match('--?[a-z]', word)}
        if not options <= known_options(tool):
            assert options <= known_options(tool, words[0]), (tool, options)


@every_page
def test_make_has_the_targets(page):
    makefile = (ROOT / 'Makefile').read_text()

    for target in re.findall(r'(?:`|^)make ([a-z]+)(?:`|  |$)', read(page),
                             re.M):
        assert re.search(f'^{target}:', makefile, re.M), target


@every_page
def test_files_are_there(page):
    named = re.findall(
        r'`((?:configs|custom|docs|tests|tools)/[\w./-]*(?:\.\w+|/))`',
        read(page))

    assert [path for path in named if not (ROOT / path).exists()] == []


@every_page
def test_modules_are_there(page):
    for name in re.findall(r'`(custom(?:\.\w+)+)', read(page)):
        module, *attributes = name.split('.')
        found = importlib.import_module(module)
        for attribute in attributes:
            module = f'{module}.{attribute}'
            if not hasattr(found, attribute):
                importlib.import_module(module)
            found = getattr(found, attribute)


@pytest.mark.parametrize('page', ['README.md', 'docs/labeling.md'])
def test_translations_have_the_same_code_and_links(page):
    english = ROOT / page
    korean = english.with_suffix('.ko.md')

    assert code(read(korean)) == code(read(english))
    assert links(read(korean)) - {english.name} == links(
        read(english)) - {korean.name}


def code(text):
    """The code blocks, without their comments."""
    blocks = re.findall(r'^```\w*\n(.*?)^```', text, re.M | re.S)
    return [re.sub(r' +#.*', '', block) for block in blocks]


def links(text):
    return {*re.findall(r'\]\((.*?)\)', text)}


@pytest.mark.parametrize('page', ['README.md', 'README.ko.md'])
def test_links_lead_to_files(page):
    assert [
        link for link in links(read(ROOT / page))
        if not (ROOT / link.partition('#')[0]).exists()
    ] == []
