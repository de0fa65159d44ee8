"""Pages in files, opened in Chromium."""
import contextlib
import shutil

from playwright import sync_api


@contextlib.contextmanager
def chromium():
    """While it is there an asyncio loop is running, and no other test could
    start one: a fixture with it ends with its file."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which('chromium'), args=['--no-sandbox'])
        yield browser
        browser.close()


@contextlib.contextmanager
def opened_pages(browser):
    """Opens files in English unless told otherwise, and fails where a page
    complains of more than an image that isn't there."""
    contexts, complaints = [], []

    def open_page(path, address='', **options):
        context = browser.new_context(**{'locale': 'en-US', **options})
        contexts.append(context)
        page = context.new_page()
        page.on('pageerror', lambda error: complaints.append(str(error)))
        page.on(
            'console', lambda message: 'ERR_FILE_NOT_FOUND' not in message.text
            and complaints.append(message.text))
        page.goto(f'{path.as_uri()}{address}')
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
