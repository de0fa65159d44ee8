"""The page in a browser."""
import pytest
from playwright.sync_api import expect

from custom.datasets.annotations.issues import Issue
from custom.datasets.browser.html import write_page
from tests.helpers.chromium import opened_pages
from .conftest import silent

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(browser, gallery, tmp_path):
    path = tmp_path / 'out' / 'index.html'
    write_page(path, gallery, [
        Issue('box-overhang', 'train', 'annotation 2', 'by 2 pixels',
              ['red.png'], [[1, 2, 3, 4]])
    ], None, silent)
    with opened_pages(browser) as open_page:
        yield open_page(path)


def test_images_with_boxes_filters_and_one_large(page):
    cells = page.locator('.grid li')
    expect(cells).to_have_count(3)
    # Two boxes and what a problem marks.
    expect(cells.first.locator('rect')).to_have_count(2)
    expect(page.locator('img[src^="data:image/webp"]')).to_have_count(2)
    page.select_option('#filter-problem', 'any')
    expect(cells).to_have_count(1)
    expect(cells.locator('.mark')).to_have_count(1)
    page.locator('#clear').click()
    page.locator('.chip', has_text='고양이').click()
    expect(cells.first.locator('rect')).to_have_count(1)

    cells.first.locator('button').click()
    heading = page.locator('#large h2')
    expect(heading).to_have_text('red.png')
    expect(page.locator('#large .tag')).to_have_count(1)
    page.keyboard.press('ArrowRight')
    expect(heading).to_have_text('gone.png')
    expect(page.locator('#large .picture p')).to_contain_text(
        "This image can't be shown")
    page.go_back()
    expect(heading).to_have_text('red.png')
    page.keyboard.press('Escape')
    expect(page.locator('#large')).to_be_hidden()


def test_statistics_and_problems(page):
    page.get_by_role('link', name='Statistics').click()
    expect(page.locator('caption', has_text='Boxes per class')).to_be_visible()
    page.get_by_role('link', name='Problems (1)').click()
    expect(page.locator('.list tbody tr')).to_have_count(1)
    page.locator('.list').get_by_role('link', name='red.png').click()
    expect(page.locator('#large .problems li')).to_have_count(1)
