"""Texts of the evaluation report in English and Korean.

A text of the page is written in English, in Python as ``say('…')`` and in
JavaScript alike, with ``{name}`` where a value goes. Its Korean stands in
:data:`KOREAN`; a test tells which is missing, and until then it is shown in
English.
"""
import html
import re
from typing import Any, Dict

from custom.classes import KOREAN as KOREAN_CLASSES


class Html(str):
    """Text that is markup already."""


def say(text: str, **values: Any) -> Html:
    """A text in both languages, of which the page shows one.

    Args:
        text: English, markup and ``{name}`` allowed.
        values: What stands for the names; escaped unless it is :class:`Html`.
    """
    filled = {name: escape(value) for name, value in values.items()}
    languages = dict(en=text, ko=KOREAN.get(text, text))
    return Html(''.join(
        f'<span lang="{language}">{_fill(spoken, filled)}</span>'
        for language, spoken in languages.items()))


def known(text: str) -> Html:
    """A text that may be a name of the user's, as that of a key."""
    return say(text) if text in KOREAN else name(text)


def name(text: str) -> Html:
    """A name that isn't translated, as that of a file."""
    return Html(f'<span translate="no">{html.escape(text)}</span>')


def class_name(cls: str) -> Html:
    """The name of a class, of the 22 in both languages."""
    korean = KOREAN_CLASSES.get(cls)
    if korean is None:
        return name(cls)
    return Html(f'<span lang="en">{html.escape(cls)}</span>'
                f'<span lang="ko">{korean}</span>')


def escape(value: Any) -> Html:
    return value if isinstance(value, Html) else Html(html.escape(str(value)))


def _fill(text: str, values: Dict[str, str]) -> str:
    return re.sub(r'\{(\w+)\}', lambda match: values[match[1]], text)


KOREAN: Dict[str, str] = {
    # The head of the page.
    'Report':
    '보고서',
    'Pictures':
    '이미지',
    'Errors':
    '오류',
    'Labels that look wrong':
    '의심되는 라벨',
    'Views':
    '보기',
    '{images} images, {boxes} boxes to be found. In brackets is the 95 % '
    'interval: where the value would lie on other pictures like these.':
    '이미지 {images}장, 찾아야 할 박스 {boxes}개. 괄호 안은 95 % 신뢰 구간으로, '
    '비슷한 다른 이미지에서 이 값이 놓일 범위입니다.',
    'F1 of tags':
    '태그 F1',
    'images with exactly the right tags':
    '태그가 모두 맞은 이미지(%)',
    'Another detector must differ by {points} points of mAP to be told apart '
    'on as many other pictures.':
    '같은 수의 다른 이미지에서 우열을 가리려면 다른 검출기와의 mAP 차이가 '
    '{points}점 이상이어야 합니다.',
    '<b>Most is lost by the error "{kind}": {count} cases cost {points} '
    'points of mAP50. {cure}</b>':
    '<b>손실이 가장 큰 오류는 "{kind}"입니다. {count}건 때문에 mAP50이 '
    '{points}점 낮아집니다. {cure}</b>',
    # Errors.
    'Errors by cause':
    '원인별 오류',
    'Each wrong or missing detection, of whatever score, has one cause (TIDE, '
    'Bolya et al. 2020).':
    '틀리거나 놓친 검출마다 점수와 관계없이 원인이 하나씩 정해집니다(TIDE, Bolya et '
    'al. 2020).',
    'cause':
    '원인',
    'how many':
    '건수',
    'costs':
    '손실',
    'at the thresholds':
    '임계값 적용 시',
    'what to do':
    '대처 방법',
    'show {count}':
    '{count}건 보기',
    '{points} points':
    '{points}점',
    'right':
    '정답',
    'wrong class':
    '클래스 오류',
    'badly placed':
    '위치 오류',
    'wrong class and badly placed':
    '클래스·위치 오류',
    'found twice':
    '중복 검출',
    'nothing is there':
    '배경 오검출',
    'missed':
    '미검출',
    'in a crowd region':
    'crowd 영역(제외)',
    'below the threshold':
    '임계값 미만',
    'Found, and called something else: label more of the classes that the '
    'confusion matrix shows mixed up, and look whether their labels are '
    'right.':
    '찾았지만 다른 클래스로 분류했습니다. 혼동 행렬에서 서로 섞이는 클래스의 데이터를 더 '
    '라벨링하고, 기존 라벨이 맞는지도 확인하세요.',
    'Found, but the box is off: look whether boxes are drawn alike, and '
    'whether anchors have their shapes (tools/plot_anchors.py).':
    '찾았지만 박스가 어긋났습니다. 박스를 같은 기준으로 그렸는지, 앵커의 크기와 비율이 '
    '박스와 맞는지 확인하세요(tools/plot_anchors.py).',
    'Another class and a box that is off: mostly things between two classes; '
    'more pictures of both.':
    '클래스도 박스도 틀렸습니다. 대개 두 클래스의 경계에 있는 대상이므로 양쪽 이미지를 더 '
    '모으세요.',
    'One thing found twice: a lower IoU threshold of the NMS '
    '(model.test_cfg.rcnn.nms.iou_threshold).':
    '한 대상을 두 번 검출했습니다. NMS의 IoU 임계값을 '
    '낮추세요(model.test_cfg.rcnn.nms.iou_threshold).',
    'Something found where nothing is labeled: look first whether a label is '
    'missing there; then more pictures without objects.':
    '라벨이 없는 곳을 검출했습니다. 먼저 라벨이 빠진 것은 아닌지 확인하고, 그다음 객체가 '
    '없는 이미지를 늘리세요.',
    'Not found at all: more pictures of such things, larger images (--imgsz), '
    'or a lower threshold.':
    '전혀 찾지 못했습니다. 이런 대상의 이미지를 더 모으거나, 입력 크기(--imgsz)를 '
    '키우거나, 임계값을 낮추세요.',
    # Tables by class.
    'Classes':
    '클래스',
    'Class':
    '클래스',
    'class':
    '클래스',
    'boxes':
    '박스 수',
    'AP':
    'AP',
    'AP50':
    'AP50',
    'F1':
    'F1',
    'threshold':
    '임계값',
    'precision':
    '정밀도',
    'recall':
    '재현율',
    'all':
    '전체',
    'Tags of an image':
    '이미지 태그',
    'Whether a thing is in the image at all, as <code>/tag</code> answers it.':
    '위치와 관계없이 이미지에 대상이 있는지를 봅니다. <code>/tag</code>의 응답과 같습니다.',
    'tag':
    '태그',
    'all together':
    '전체(micro 평균)',
    'mean of the tags':
    '태그별 평균(macro 평균)',
    # Thresholds, confusion matrix, slices, calibration.
    'Score thresholds':
    '점수 임계값',
    'A detection counts from some score up. A high one gives few false '
    'alarms, a low one finds more; <code>tools/fit_thresholds.py</code> finds '
    'one for each class.':
    '검출은 일정 점수 이상일 때만 인정합니다. 임계값이 높으면 오검출이 줄고, 낮으면 더 많이 '
    '찾습니다. <code>tools/fit_thresholds.py</code>가 클래스별로 정해 줍니다.',
    'What is taken for what':
    '혼동 행렬',
    'At the thresholds of the classes and an IoU of 0.5; each box has one '
    'match at most, the one that overlaps it most. A row is what is drawn, a '
    'column what was found. The last row was found where nothing is labeled, '
    'the last column was missed. The darker, the greater the share of its '
    'row.':
    '클래스별 임계값과 IoU 0.5를 적용했습니다. 박스마다 가장 많이 겹치는 것 하나와만 '
    '매칭합니다. 행은 라벨, 열은 검출 결과입니다. 마지막 행은 라벨이 없는 곳의 검출, 마지막 '
    '열은 미검출입니다. 색이 진할수록 그 행에서 차지하는 비율이 높습니다.',
    'These are the {shown} classes of {all} that are confused most; '
    'report.json has all.':
    '전체 {all}개 클래스 가운데 가장 많이 혼동되는 {shown}개입니다. 전체는 '
    'report.json에 있습니다.',
    'drawn ╲ found':
    '라벨 ╲ 검출',
    'background':
    '배경',
    'By kind of object and image':
    '객체·이미지 유형별 성능',
    'images':
    '이미지 수',
    'size of the object':
    '객체 크기',
    'small':
    '작음',
    'medium':
    '중간',
    'large':
    '큼',
    'shape of the object':
    '객체 비율',
    'tall':
    '세로로 긴',
    'balanced':
    '비슷함',
    'wide':
    '가로로 긴',
    'place in the image':
    '이미지 내 위치',
    'border':
    '가장자리',
    'inside':
    '안쪽',
    'objects in the image':
    '이미지당 객체 수',
    'none':
    '없음',
    '1':
    '1개',
    '2 to 4':
    '2~4개',
    '5 to 9':
    '5~9개',
    '10 and more':
    '10개 이상',
    'size of the image':
    '이미지 크기',
    'below 512':
    '512 미만',
    '512 to 1023':
    '512~1023',
    '1024 and more':
    '1024 이상',
    'Are scores what they say?':
    '점수 보정(calibration)',
    'Nothing was found.':
    '검출된 것이 없습니다.',
    'Scores are off by {points} points on average: a score of 0.8 should mean '
    'that 80 of 100 such detections are right. Bars below the line are scores '
    'that promise too much.':
    '점수는 실제 정밀도와 평균 {points}점 차이가 납니다. 점수가 0.8이라면 그런 검출 '
    '100개 중 80개가 맞아야 합니다. 막대가 점선보다 낮으면 점수가 과신된 것입니다.',
    # Filters of the galleries.
    'What':
    '종류',
    'File name':
    '파일 이름',
    'part of it':
    '일부만 입력',
    'Boxes found':
    '검출 박스',
    'unsure ones too, from 0.05':
    '0.05 이상 모두',
    'all errors':
    '모든 오류',
    'found and wrong (false positives)':
    '오검출(FP)',
    'not found as such (false negatives)':
    '미검출·오분류(FN)',
    'not drawn':
    '라벨 누락',
    'wrong class drawn':
    '클래스가 잘못된 라벨',
    'badly drawn':
    '박스가 어긋난 라벨',
    'drawn and never found':
    '한 번도 검출되지 않은 라벨',
    # Galleries.
    'Worst first: by the number of errors at the thresholds of the classes, '
    'then by how sure the detector was of them. Red is found and wrong, red '
    'and dashed was missed; what is right has the color of its class.':
    '오류가 많은 순서입니다. 클래스별 임계값에서의 오류 수로 정렬하고, 같으면 검출기가 더 '
    '확신한 쪽이 먼저입니다. 빨간 실선은 오검출, 빨간 점선은 미검출이며, 맞은 검출은 클래스 '
    '색으로 표시합니다.',
    'On the left what is drawn, on the right what was found; the surest '
    'first.':
    '왼쪽은 라벨, 오른쪽은 검출 결과입니다. 점수가 높은 순서입니다.',
    'Labels that the detector makes look wrong, the most suspicious first: on '
    'the left what is drawn, on the right what was found, dashed the box in '
    'question. label_errors.csv and label_errors.json beside this page have '
    'all of them.':
    '검출 결과로 볼 때 잘못된 것으로 의심되는 라벨을 의심도가 높은 순서로 보여 줍니다. 왼쪽은 '
    '라벨, 오른쪽은 검출 결과, 점선은 해당 박스입니다. 전체 목록은 이 페이지와 같은 폴더의 '
    'label_errors.csv와 label_errors.json에 있습니다.',
    'The {shown} worst of {all} images are here.':
    '전체 {all}장 가운데 오류가 많은 {shown}장만 담았습니다.',
    '{start} to {end} of {all}':
    '전체 {all}건 중 {start}~{end}',
    'Nothing is left by these filters.':
    '조건에 맞는 것이 없습니다.',
    'one error':
    '오류 1건',
    '{count} errors':
    '오류 {count}건',
    'all right':
    '모두 정답',
    '{drawn} drawn, {found} found':
    '라벨 {drawn}개, 검출 {found}개',
    '{truth}, missed':
    '{truth}: 미검출',
    '{found}, found where none is drawn':
    '{found}: 라벨이 없는 곳의 검출',
    '{truth}, found as such':
    '{truth}: 정답',
    '{truth}, taken for {found}':
    '{truth} → {found}: 오분류',
    '{kind}, suspicion {score}':
    '{kind}, 의심도 {score}',
    # The large image.
    'Drawn':
    '라벨',
    'Found':
    '검출',
    'score':
    '점수',
    'comes to':
    '판정',
    '{width} × {height} pixels':
    '{width} × {height} 픽셀',
    "A browser can't show {original}: this is the thumbnail, enlarged.":
    '브라우저에서 {original} 파일을 표시할 수 없어 섬네일을 확대해 보여 줍니다.',
    "This image can't be shown: {original}":
    '이미지를 표시할 수 없습니다: {original}',
    'Pages':
    '페이지',
    'page {page} of {pages}':
    '{page} / {pages} 페이지',
    '← Previous':
    '← 이전',
    'Next →':
    '다음 →',
    'Close':
    '닫기',
    # A comparison with another detector.
    'Compared with the other detector':
    '다른 검출기와 비교',
    'There is no box to be found: nothing can be compared.':
    '찾아야 할 박스가 없어 비교할 수 없습니다.',
    '{better} is better: its mAP is higher by more than chance.':
    '{better} 쪽이 더 좋습니다. mAP 차이가 우연으로 보기 어려울 만큼 큽니다.',
    'These images cannot tell them apart: the difference in mAP lies between '
    '{low} and {high} points.':
    '이 이미지들로는 우열을 가릴 수 없습니다. mAP 차이는 {low}점에서 {high}점 '
    '사이입니다.',
    'The difference to {first} in points, its 95 % interval, the share of '
    'replicates in which this detector is better, and the p value, of a class '
    'corrected for the number of classes.':
    '{first} 대비 차이(점), 95 % 신뢰 구간, 이 검출기가 더 좋은 부트스트랩 표본의 '
    '비율, p값입니다. 클래스별 p값은 클래스 수를 고려해 보정했습니다.',
    'points':
    '차이(점)',
    'from':
    '하한',
    'to':
    '상한',
    'better':
    '우세 비율',
    'p':
    'p값',
    '{count} images with fewer errors':
    '오류가 줄어든 이미지 {count}장',
    '{count} images with more errors':
    '오류가 늘어난 이미지 {count}장',
    'Most changed first, by the number of errors of both detectors at their '
    'own thresholds.':
    '두 검출기를 각자의 임계값으로 비교해 오류 수가 크게 바뀐 이미지부터 보여 줍니다.',
    'fewer errors than before':
    '이전보다 오류 감소',
    'more errors than before':
    '이전보다 오류 증가',
    ', before {count}':
    ' (이전 {count}건)',
    'Before':
    '이전',
    'Found by {name}':
    '{name}의 검출',
    # Curves, thresholds and calibration by class.
    'Precision and recall by class':
    '클래스별 정밀도와 재현율',
    'This detector has none, and counts from 0.5.':
    '이 검출기에는 임계값이 없어 점수 0.5부터 검출로 셉니다.',
    'What those of the classes bring beside a single 0.5, in F1 of boxes and '
    'of tags: of all together (micro) and as the mean of the classes (macro). '
    'Where the interval of the difference has 0 in it, these images can\'t '
    'tell. Images that they were fitted on, those of val most often, flatter '
    'them.':
    '클래스별 임계값이 단일 임계값 0.5에 비해 박스와 태그의 F1을 얼마나 바꾸는지 '
    '보여 줍니다. micro는 전체를 합친 값이고 macro는 클래스 평균입니다. 차이의 신뢰 '
    '구간에 0이 들어 있으면 이 이미지만으로는 우열을 가릴 수 없습니다. 임계값을 맞추는 '
    '데 쓴 이미지(대개 검증 세트)에서는 실제보다 좋게 나옵니다.',
    'at 0.5':
    '0.5 기준',
    'at those of the classes':
    '클래스별 임계값 기준',
    'difference':
    '차이',
    'boxes, micro':
    '박스, micro',
    'boxes, macro':
    '박스, macro',
    'tags, micro':
    '태그, micro',
    'tags, macro':
    '태그, macro',
    'score off by':
    '보정 오차',
    '<b>Far off</b> (by {points} points or more, of {few} detections or '
    'more): {classes}':
    '<b>점수가 크게 어긋난 클래스</b>(검출 {few}개 이상, 오차 {points}점 이상): '
    '{classes}',
    '(says {score}, {right} of 100 are right).':
    '(평균 점수 {score}, 실제로는 100개 중 {right}개가 정답).',
    '{count} more are in report.json.':
    '나머지 {count}개는 report.json에 있습니다.',
    '<b>Nothing is found: {count} boxes are missed. {cure}</b>':
    '<b>찾은 것이 없습니다. 박스 {count}개를 놓쳤습니다. {cure}</b>',
    'No error costs anything in mAP50.':
    'mAP50을 낮추는 오류가 없습니다.',
}
