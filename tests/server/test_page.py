"""The page at /, in a real browser against a real service.

Where a test needs certain objects, it answers POST /tag itself.
"""
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from playwright import sync_api

from custom.classes import KOREAN
from custom.sample_data.scene import make_drawing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

expect = sync_api.expect
expect.set_options(timeout=20_000)
PHONE = dict(
    viewport=dict(width=360, height=740), has_touch=True, is_mobile=True)


def thing(label, score, box, threshold=0.5):
    return dict(
        label=label,
        tag=KOREAN[label],
        score=score,
        threshold=threshold,
        box=box)


def answer(*objects, width=80, height=60):
    return dict(
        width=width,
        height=height,
        model='small.pth',
        timings_ms=dict(decode=1.0, queue=0.2, inference=20.4, total=24.6),
        objects=list(objects))


# At the thresholds of the classes: sun, sun and tree; fish needs 0.8.
ANSWER = answer(
    thing('sun', 0.95, [0, 0, 20, 20]),
    thing('fish', 0.7, [50, 40, 70, 50], 0.8),
    thing('sun', 0.66, [30, 0, 50, 20]), thing('tree', 0.6, [10, 25, 30, 60]),
    thing('moon', 0.1, [60, 5, 75, 20]))


def encode(image, kind, **options):
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind, **options)
    return file.getvalue()


def upload(data, name='picture.png', kind='image/png'):
    return dict(name=name, mimeType=kind, buffer=data)


PLAIN = encode(np.full((60, 80, 3), 200, np.uint8), 'png')


@pytest.fixture
def complaints():
    """What the console says; a test that expects some empties the list."""
    complaints = []
    yield complaints
    assert complaints == []


@pytest.fixture
def watch(server_url, complaints):
    """Notes what a page complains of; gives the handlers that do. All that it
    asks for is at its own origin."""
    addresses = []

    def watch(page):
        handlers = dict(
            console=lambda message: message.type in
            ('error', 'warning') and complaints.append(message.text),
            pageerror=lambda error: complaints.append(str(error)),
            request=lambda request: addresses.append(request.url))
        for event, handler in handlers.items():
            page.on(event, handler)
        return handlers

    yield watch
    own = (f'{server_url}/', 'blob:', 'data:')
    assert [url for url in addresses if not url.startswith(own)] == []


def visit(page, url):
    page.goto(url)
    expect(page.locator('#vocabulary li')).to_have_count(len(KOREAN))
    return page


@pytest.fixture
def open_page(browser, server_url, watch):
    """Opens the page anew."""
    contexts = []

    def open_page(**options):
        context = browser.new_context(**{'locale': 'ko-KR', **options})
        contexts.append(context)
        page = context.new_page()
        watch(page)
        return visit(page, server_url)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope='module')
def used_page(browser):
    """For one test after the other: a new page is a new process."""
    context = browser.new_context(locale='ko-KR')
    yield context.new_page()
    context.close()


@pytest.fixture
def page(used_page, server_url, watch):
    handlers = watch(used_page)
    yield visit(used_page, server_url)
    for event, handler in handlers.items():
        used_page.remove_listener(event, handler)
    used_page.unroute_all(behavior='ignoreErrors')
    used_page.evaluate('localStorage.clear(); sessionStorage.clear()')
    used_page.goto('about:blank')


def reply(page, body, status=200, headers=None):
    """Answers each POST /tag with this; the list fills with the requests."""
    requests = []

    def fulfill(route):
        requests.append(route.request)
        route.fulfill(status=status, json=body, headers=headers or {})

    page.route(re.compile('/tag[?]'), fulfill)
    return requests


def choose(page, data=PLAIN, **names):
    page.set_input_files('#file', upload(data, **names))


def tags(page):
    """[(tag, count)] of the list, as it stands."""
    return [(row.locator('strong').inner_text(),
             int(re.sub(r'\D', '',
                        row.locator('.quiet').inner_text())))
            for row in page.locator('#tags button').all()]


def hand_over(page, event, data, name='picture.png', kind='image/png'):
    """Drops or pastes a file, or text where ``data`` is None."""
    page.evaluate(
        """([event, bytes, name, type]) => {
          const data = new DataTransfer();
          const file = bytes
            && new File([new Uint8Array(bytes)], name, {type});
          if (file) data.items.add(file);
          else data.setData('text/plain', 'words');
          const options = {bubbles: true, cancelable: true};
          document.body.dispatchEvent(event === 'paste'
            ? new ClipboardEvent(event, {...options, clipboardData: data})
            : new DragEvent(event, {...options, dataTransfer: data}));
        }""", [event, data and list(data), name, kind])


def scroll_width(page):
    return page.evaluate('document.documentElement.scrollWidth')


def test_nothing_yet(page):
    expect(page.locator('#summary')).to_have_text('그림을 올리면 찾은 태그가 여기에 나와요.')
    expect(page.locator('#invitation')).to_be_visible()
    assert page.locator('#tags, #controls, #image-view, #pad').evaluate_all(
        'nodes => nodes.filter(node => node.checkVisibility()).length') == 0


def test_tags_are_those_of_the_service(page, server_url):
    found = 0
    for seed in range(3):
        data = encode(
            make_drawing(np.random.default_rng(seed)).image[..., :3], 'png')
        objects = page.request.post(
            f'{server_url}/tag?format=full&score_thr=0.05',
            multipart=dict(file=upload(data))).json()['objects']
        choose(page, data, name=f'{seed}.png')
        expect(page.locator('#caption')).to_contain_text(f'{seed}.png, ')
        found += len(objects)
        if not objects:
            expect(page.locator('#summary')).to_contain_text('찾지 못했어요')
            continue
        page.locator('#threshold').press('Home')

        names = [KOREAN[one['label']] for one in objects]
        assert tags(page) == [(name, names.count(name))
                              for name in dict.fromkeys(names)]
        expect(page.locator('#frame .box')).to_have_count(len(objects))
    assert found


def test_boxes_lie_where_the_objects_are(page):
    reply(page, ANSWER)
    choose(page)
    expect(page.locator('#frame .box')).to_have_count(3)
    frame = page.locator('#image').bounding_box()
    tree = page.locator('.box[data-class=tree] rect').last.bounding_box()

    # The tree's box is 10, 25, 30, 60 of 80 by 60 pixels; lines have a width.
    scale = frame['width'] / 80
    assert frame['height'] == pytest.approx(60 * scale, abs=1)
    assert tree['x'] - frame['x'] == pytest.approx(10 * scale, abs=4)
    assert tree['y'] - frame['y'] == pytest.approx(25 * scale, abs=4)
    assert tree['width'] == pytest.approx(20 * scale, abs=8)
    assert tree['height'] == pytest.approx(35 * scale, abs=8)


def test_best_tag_first_with_count_and_score(page):
    reply(page, ANSWER)
    choose(page, name='<b>엄마.png')

    expect(page.locator('#summary')).to_have_text('태그 2가지, 상자 3개를 찾았어요.')
    assert tags(page) == [('해', 2), ('나무', 1)]
    assert page.locator('#tags .score').all_inner_texts() == [
        '최고 95%', '최고 60%'
    ]
    expect(page.locator('#caption')).to_have_text(
        '<b>엄마.png, 80 × 60 픽셀, 25 ms, small.pth')


@pytest.mark.parametrize('event', ['drop', 'paste'])
def test_drop_and_paste(page, event):
    requests = reply(page, ANSWER)
    hand_over(page, event, PLAIN)

    expect(page.locator('#tags button')).to_have_count(2)
    assert [PLAIN in request.post_data_buffer
            for request in requests] == [True]


@pytest.mark.parametrize('event', ['drop', 'paste'])
def test_drop_and_paste_of_words(page, event):
    requests = reply(page, ANSWER)
    hand_over(page, event, None)

    expect(page.locator('#notice')).to_contain_text('그림 파일이 아니에요')
    assert requests == []


def test_a_dragged_file_may_fall_anywhere(page):
    hand_over(page, 'dragover', PLAIN)
    expect(page.get_by_text('여기에 놓으면 태그를 달아요')).to_be_visible()
    hand_over(page, 'dragleave', PLAIN)
    expect(page.get_by_text('여기에 놓으면 태그를 달아요')).to_be_hidden()


def test_first_of_several_files(page):
    requests = reply(page, ANSWER)
    page.locator('#file').evaluate('node => node.multiple = true')
    page.set_input_files('#file',
                         [upload(PLAIN, 'one.png'),
                          upload(PLAIN, 'two.png')])

    expect(page.locator('#notice')).to_contain_text('첫 파일만')
    expect(page.locator('#caption')).to_contain_text('one.png')
    assert len(requests) == 1


def test_the_same_file_again(page):
    requests = reply(page, ANSWER)
    for _ in range(2):
        choose(page)
        expect(page.locator('#tags button')).to_have_count(2)
    assert len(requests) == 2


# The sheet to draw on


def posted_image(request):
    """uint8 RGB of the PNG in a multipart request."""
    body = request.post_data_buffer
    return np.array(
        Image.open(io.BytesIO(body[body.index(b'\x89PNG'):])).convert('RGB'))


def stroke(page, *fractions):
    """Moves the mouse over the sheet, by fractions of its sides."""
    area = page.locator('#canvas').bounding_box()
    points = [(area['x'] + x * area['width'], area['y'] + y * area['height'])
              for x, y in fractions]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points:
        page.mouse.move(*point, steps=5)
    page.mouse.up()


def test_drawing(page):
    requests = reply(
        page,
        answer(thing('sun', 0.9, [0, 0, 600, 450]), width=1200, height=900))
    page.get_by_role('button', name='직접 그리기').click()
    expect(page.get_by_role('button', name='태그 달기')).to_be_disabled()
    page.get_by_role('radio', name='빨강').check(force=True)
    page.get_by_role('radio', name='굵게').check(force=True)
    stroke(page, (0.2, 0.2), (0.8, 0.2))
    stroke(page, (0.2, 0.8), (0.8, 0.8))
    page.get_by_role('radio', name='지우개').check(force=True)
    stroke(page, (0.5, 0.1), (0.5, 0.3))
    expect(page.get_by_role('img', name='그림판, 획 3개')).to_be_visible()
    page.get_by_role('button', name='태그 달기').click()
    expect(page.locator('#tags button')).to_have_count(1)

    image = posted_image(requests[0])
    red, white = [224, 49, 49], [255, 255, 255]
    assert image.shape == (900, 1200, 3)
    assert image[180, 400].tolist() == red
    assert image[720, 600].tolist() == red
    assert image[180, 600].tolist() == white  # erased
    assert image[450, 600].tolist() == white
    expect(page.locator('#caption')).to_contain_text('직접 그린 그림, 1200 × 900')
    # The drawing is still there, to go on with.
    page.get_by_role('button', name='이어서 그리기').click()
    expect(page.get_by_role('img', name='그림판, 획 3개')).to_be_visible()
    expect(page.locator('#tags')).to_be_hidden()


def test_a_dot_is_a_drawing(page):
    requests = reply(page, ANSWER)
    page.get_by_role('button', name='직접 그리기').click()
    page.locator('#canvas').click(position=dict(x=100, y=100))
    page.get_by_role('button', name='태그 달기').click()
    expect(page.locator('#tags button')).to_have_count(2)
    assert posted_image(requests[0]).min() < 60


def test_clearing_can_be_undone(page):
    page.get_by_role('button', name='직접 그리기').click()
    stroke(page, (0.2, 0.2), (0.8, 0.2))
    stroke(page, (0.2, 0.4), (0.8, 0.4))
    page.get_by_role('button', name='모두 지우기').click()
    expect(page.get_by_role('img', name='그림판, 획 0개')).to_be_visible()
    expect(page.get_by_role('button', name='태그 달기')).to_be_disabled()
    page.get_by_role('button', name='되돌리기').click()
    expect(page.get_by_role('img', name='그림판, 획 2개')).to_be_visible()
    page.get_by_role('button', name='되돌리기').click()
    expect(page.get_by_role('img', name='그림판, 획 1개')).to_be_visible()


def test_drawing_with_a_finger(open_page):
    page = open_page(**PHONE)
    requests = reply(page, ANSWER)
    page.get_by_role('button', name='직접 그리기').tap()
    page.locator('#canvas').tap(position=dict(x=50, y=50))
    page.get_by_role('button', name='태그 달기').tap()
    expect(page.locator('#tags button')).to_have_count(2)
    # A tall screen has a tall sheet.
    assert posted_image(requests[0]).shape == (1200, 900, 3)


# Choosing what is shown


def count_requests(page):
    requests = []
    page.on('request', lambda request: requests.append(request.url))
    return requests


def test_language_without_a_request(page):
    reply(page, ANSWER)
    choose(page)
    expect(page.locator('#tags button')).to_have_count(2)
    requests = count_requests(page)
    page.get_by_role('button', name='English').click()

    assert tags(page) == [('sun', 2), ('tree', 1)]
    expect(page.locator('#summary')).to_have_text('Found 2 tags in 3 boxes.')
    expect(page.locator('h1')).to_have_text('Drawing Tagger')
    assert page.locator('html').get_attribute('lang') == 'en'
    assert page.locator('#frame .name').first.inner_text().startswith('sun')
    assert not re.search('[가-힣]', page.locator('main').inner_text())
    assert requests == []


def test_language_is_remembered(open_page):
    page = open_page(locale='en-GB')
    expect(page.locator('h1')).to_have_text('Drawing Tagger')
    expect(page.locator('#curl')).to_contain_text('/tag?lang=en"')
    page.get_by_role('button', name='한국어').click()
    page.reload()
    expect(page.locator('h1')).to_have_text('그림 태그')


def test_threshold_without_a_request(page):
    reply(page, ANSWER)
    choose(page)
    expect(page.locator('#threshold-value')).to_have_text('태그마다 정해진 값')
    expect(page.locator('#tags button')).to_have_count(2)
    requests = count_requests(page)
    slider = page.get_by_role('slider', name='점수 기준')
    slider.fill('0.65')
    assert tags(page) == [('해', 2), ('물고기', 1)]
    expect(page.locator('#threshold-value')).to_have_text('65%')
    slider.press('Home')
    assert tags(page) == [('해', 2), ('물고기', 1), ('나무', 1), ('달', 1)]
    slider.press('End')
    assert tags(page) == [('해', 1)]
    page.get_by_role('button', name='기본값으로').click()
    assert tags(page) == [('해', 2), ('나무', 1)]
    assert requests == []


def test_nothing_above_the_threshold(page):
    reply(page, answer(thing('moon', 0.1, [60, 5, 75, 20])))
    choose(page)
    expect(page.locator('#summary')).to_have_text(
        '점수 기준을 넘는 것이 없어요. 점수 기준을 낮추면 상자 1개가 더 보여요.')
    page.get_by_role('slider').press('Home')
    assert tags(page) == [('달', 1)]


def test_nothing_found(page):
    reply(page, answer())
    choose(page)
    expect(page.locator('#summary')).to_contain_text('아는 것을 찾지 못했어요')
    expect(page.locator('#controls')).to_be_hidden()


def test_a_tag_brings_out_its_boxes(page):
    reply(page, ANSWER)
    choose(page)
    chosen = page.locator('#frame .box.chosen')
    tree = page.get_by_role('button', name='나무')
    tree.hover()
    expect(chosen).to_have_count(1)
    page.mouse.move(0, 0)
    expect(page.locator('#frame')).not_to_have_class(re.compile('choosy'))
    page.get_by_role('button', name='해 2개').focus()
    expect(chosen).to_have_count(2)
    # A finger can't hover: it presses.
    tree.click()
    page.mouse.move(0, 0)
    page.locator('#threshold').focus()
    expect(chosen).to_have_count(1)
    expect(tree).to_have_attribute('aria-pressed', 'true')
    tree.click()
    expect(tree).to_have_attribute('aria-pressed', 'false')


def test_names_do_not_cover_each_other(page):
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 60, (40, 2)).round()
    reply(
        page,
        answer(
            *(thing('rainbow', 0.9 - i / 100, [x, y, x + 20, y + 15])
              for i, (x, y) in enumerate(corners.tolist())),
            height=80))
    choose(page)
    expect(page.locator('#frame .name')).to_have_count(40)
    shown = page.locator('#frame .name:not(.crowded)')
    boxes = [name.bounding_box() for name in shown.all()]

    assert len(boxes) > 10
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            common = [
                min(a[at] + a[size], b[at] + b[size]) - max(a[at], b[at])
                for at, size in (('x', 'width'), ('y', 'height'))
            ]
            # A little of the later one may lie on an earlier one.
            assert min(common) <= 0 or common[0] * common[1] <= (
                0.11 * a['width'] * a['height'])


def test_copied_tags(open_page):
    page = open_page(permissions=['clipboard-read', 'clipboard-write'])
    reply(page, ANSWER)
    choose(page)
    page.get_by_role('button', name='태그 복사').click()
    expect(page.locator('#copied')).to_have_text('복사했어요: ["해","나무"]')
    copied = page.evaluate('navigator.clipboard.readText()')
    assert json.loads(copied) == ['해', '나무']
    # What was copied is no longer what is shown.
    page.get_by_role('slider').press('Home')
    expect(page.locator('#copied')).to_be_empty()


def test_copied_tags_without_https(open_page):
    page = open_page()
    page.evaluate('Object.defineProperty(navigator, "clipboard", {})')
    reply(page, ANSWER)
    choose(page)
    page.get_by_role('button', name='태그 복사').click()
    expect(page.locator('#copied')).to_contain_text('복사했어요')
    expect(page.get_by_role('button', name='태그 복사')).to_be_focused()


def test_example_of_a_program(page, server_url):
    expect(page.locator('#curl')).to_have_text(
        f'curl -F file=@drawing.jpg "{server_url}/tag"')


# Images of all kinds


def test_transparent_image_lies_on_white(page):
    image = np.zeros((60, 80, 4), np.uint8)
    choose(page, encode(image, 'png'))
    expect(page.locator('#caption')).to_contain_text('80 × 60')
    shot = page.locator('#image').screenshot()
    middle = np.array(Image.open(io.BytesIO(shot)).convert('RGB'))[50, 50]
    assert middle.tolist() == [255, 255, 255]


def test_turned_photo(page):
    # The sensor's 80 x 60 pixels are shown as 60 x 80.
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = encode(np.full((60, 80, 3), 200, np.uint8), 'jpeg', exif=exif)
    choose(page, photo, name='photo.jpg', kind='image/jpeg')
    expect(page.locator('#caption')).to_contain_text('60 × 80')
    frame = page.locator('#image').bounding_box()
    assert frame['width'] / frame['height'] == pytest.approx(0.75, abs=0.01)
    assert page.locator('#image').evaluate(
        'node => [node.naturalWidth, node.naturalHeight]') == [60, 80]


def test_format_that_browsers_cannot_show(page):
    image = np.full((60, 80, 3), 200, np.uint8)
    choose(page, encode(image, 'tiff'), name='scan.tif', kind='image/tiff')
    expect(page.locator('#notice')).to_contain_text('빈 종이 위에 상자만')
    frame = page.locator('#frame').bounding_box()
    assert frame['width'] / frame['height'] == pytest.approx(80 / 60, abs=0.01)


def test_broken_file(page, complaints):
    choose(page, b'no picture', name='broken.png')
    problem = page.get_by_role('alert')
    expect(problem).not_to_be_empty()
    expect(page.locator('#invitation')).to_be_visible()
    expect(problem.locator('button')).to_have_count(0)
    assert [text for text in complaints if 'status of 4' not in text] == []
    complaints.clear()
    # The next one is none the worse for it.
    reply(page, ANSWER)
    choose(page)
    expect(page.locator('#tags button')).to_have_count(2)
    expect(problem).to_be_empty()


# Answers that are no answers


def failure(code):
    return dict(
        error=dict(code=code, message='What is wrong.', hint='What to do.'))


@pytest.mark.parametrize(('locale', 'words'), [
    ('ko-KR', ['쓸 수 없는 형식이에요.', 'JPEG, PNG, ', 'What is wrong.']),
    ('en-GB', ['not supported.', 'What to do.', 'What is wrong.']),
])
def test_refused(open_page, complaints, locale, words):
    page = open_page(locale=locale)
    reply(page, failure('unsupported_type'), 415)
    choose(page)
    for word in words:
        expect(page.get_by_role('alert')).to_contain_text(word)
    expect(page.locator('#retry')).to_have_count(0)
    # What was refused can still be seen.
    expect(page.locator('#image')).to_be_visible()
    complaints.clear()


def test_refused_by_a_proxy(page, complaints):
    page.route(
        re.compile('/tag[?]'),
        lambda route: route.fulfill(status=413, body='<html>no</html>'))
    choose(page)
    expect(page.get_by_role('alert')).to_have_text('파일이 너무 커요.더 작은 파일로 '
                                                   '저장해서 올려 주세요.')
    complaints.clear()


def test_busy_service_is_asked_again(page, complaints):
    reply(page, failure('queue_full'), 503, {'Retry-After': '1'})
    choose(page)
    expect(page.get_by_role('alert')).to_contain_text('1초 뒤에')
    page.unroute_all()
    reply(page, ANSWER)
    expect(page.locator('#tags button')).to_have_count(2)
    complaints.clear()


def test_retry(page, complaints):
    page.route(re.compile('/tag[?]'), lambda route: route.abort())
    choose(page)
    expect(page.get_by_role('alert')).to_contain_text('서버에 닿지 못했어요.')
    page.unroute_all()
    requests = reply(page, ANSWER)
    page.get_by_role('button', name='다시 시도').press('Enter')
    expect(page.locator('#tags button')).to_have_count(2)
    # The button has gone: the keyboard goes on from the result.
    expect(page.locator('#result-title')).to_be_focused()
    assert len(requests) == 1
    complaints.clear()


def test_late_answer_is_dropped(page):
    held = []

    def hold(route):
        if b'first.png' in route.request.post_data_buffer:
            held.append(route)
        else:
            route.fulfill(json=ANSWER)

    page.route(re.compile('/tag[?]'), hold)
    choose(page, name='first.png')
    expect(page.locator('#image-view')).to_have_attribute('aria-busy', 'true')
    expect(page.locator('#summary')).to_have_text('그림을 살펴보고 있어요…')
    expect(page.locator('#spinner')).to_be_visible()
    choose(page, name='second.png')
    expect(page.locator('#tags button')).to_have_count(2)
    held[0].fulfill(json=answer(thing('car', 0.9, [0, 0, 9, 9])))
    page.wait_for_timeout(200)

    assert tags(page) == [('해', 2), ('나무', 1)]
    expect(page.locator('#caption')).to_contain_text('second.png')
    expect(page.locator('#image-view')).to_have_attribute('aria-busy', 'false')


def test_no_answer_over_the_drawing_sheet(page):
    held = []
    page.route(re.compile('/tag[?]'), lambda route: held.append(route))
    choose(page)
    expect(page.locator('#spinner')).to_be_visible()
    page.get_by_role('button', name='직접 그리기').click()
    held[0].fulfill(json=ANSWER)
    page.wait_for_timeout(200)
    expect(page.locator('#pad')).to_be_visible()
    expect(page.locator('#tags')).to_be_hidden()


def test_model_that_is_loading(page, complaints):
    page.route('**/readyz', lambda route: route.fulfill(status=503))
    page.route('**/labels', lambda route: route.fulfill(status=503))
    page.reload()
    expect(page.locator('#notice')).to_contain_text('모델을 준비하고 있어요')
    page.unroute_all()
    expect(page.locator('#vocabulary li')).to_have_count(len(KOREAN))
    expect(page.locator('#notice')).to_be_empty()
    complaints.clear()


# For everyone


def test_keyboard_alone(page):
    reply(page, ANSWER)
    # Before the key is pressed: the browser is told of it in the background.
    page.once('filechooser', lambda chooser: chooser.set_files(upload(PLAIN)))
    for _ in range(3):  # two languages come first
        page.keyboard.press('Tab')
    expect(page.get_by_role('button', name='그림 고르기')).to_be_focused()
    page.keyboard.press('Enter')
    expect(page.locator('#tags button')).to_have_count(2)
    page.keyboard.press('Tab')
    expect(page.get_by_role('button', name='직접 그리기')).to_be_focused()
    page.keyboard.press('Tab')
    expect(page.get_by_role('button', name='해 2개')).to_be_focused()
    expect(page.locator('#frame .box.chosen')).to_have_count(2)
    page.keyboard.press('Tab')
    page.keyboard.press('Tab')
    page.keyboard.press('ArrowRight')
    expect(page.get_by_role('slider')).to_have_attribute(
        'aria-valuetext', '55%')


def test_focus_can_be_seen(page):
    outlined = []
    for _ in range(4):
        page.keyboard.press('Tab')
        outlined.append(
            page.evaluate("""() => {
          const node = document.activeElement;
          return [node, node.closest('label')].some(
            seen => seen && getComputedStyle(seen).outlineStyle === 'solid');
        }"""))
    assert outlined == [True] * 4


@pytest.mark.parametrize('press', [[], ['#draw']])
def test_every_control_has_a_name(page, press):
    reply(page, ANSWER)
    choose(page)
    expect(page.locator('#tags button')).to_have_count(2)
    for selector in press:
        page.click(selector)
    lines = page.locator('body').aria_snapshot().splitlines()
    controls = [
        line for line in lines if re.match(
            r'\s*- (button|radio|slider|img|region|radiogroup|group)\b', line)
    ]

    assert len(controls) > 8
    # A folded detail is a group with its summary as text.
    assert [line for line in controls if not re.search('"|: .', line)] == []
    assert len([line for line in lines if '- status' in line]) >= 1


@pytest.mark.parametrize('language', ['한국어', 'English'])
def test_phone(open_page, language):
    page = open_page(**PHONE)
    page.get_by_role('button', name=language).tap()
    expect(page.locator('label.by-touch')).to_be_visible()
    small = """nodes => nodes.filter(node => node.checkVisibility())
      .map(node => [node.textContent, node.getBoundingClientRect()])
      .filter(([, {width, height}]) => width < 44 || height < 44)
      .map(([text]) => text)"""
    targets = page.locator('button, label.button, label.choice, summary, '
                           'input[type=range]')
    assert scroll_width(page) == 360
    assert targets.evaluate_all(small) == []
    reply(page, ANSWER)
    choose(page, name='가' * 120 + 'W' * 120 + '.png')
    expect(page.locator('#tags button')).to_have_count(2)
    page.locator('summary').tap()
    assert scroll_width(page) == 360
    assert targets.evaluate_all(small) == []
    page.locator('#draw').tap()
    assert scroll_width(page) == 360
    assert targets.evaluate_all(small) == []
