// What the page says, in the two languages of its readers.

const KEY = 'drawing-tagger.language';

const TEXTS = {
  ko: {
    title: '그림 태그',
    what: '아이가 그린 그림에서 해, 나무, 사람 같은 것을 찾아 태그를 달아요.',
    stage: '그림',
    choose: '그림 고르기',
    camera: '사진 찍기',
    draw: '직접 그리기',
    drawMore: '이어서 그리기',
    dropHere: '그림을 여기에 놓아 주세요',
    ways: '파일을 끌어다 놓거나, 복사한 그림을 붙여 넣거나(Ctrl+V), 눌러서 골라 주세요.',
    exampleTree: '나무',
    exampleHouse: '건물',
    exampleSun: '해',
    tags: '태그',
    waiting: '그림을 올리면 찾은 태그가 여기에 나와요.',
    vocabulary: '알아보는 것 {n}가지',
    drawing: '다 그렸으면 ‘태그 달기’를 눌러 주세요.',
    looking: '그림을 살펴보고 있어요…',
    found: '태그 {tags}가지, 상자 {boxes}개를 찾았어요.',
    none: '점수 기준을 넘는 것이 없어요.',
    noneBelow: '점수 기준을 낮추면 상자 {n}개가 더 보여요.',
    nothing: '이 그림에서는 아는 것을 찾지 못했어요. 더 크고 또렷한 그림을 올려 보세요.',
    count: '{n}개',
    best: '최고 {score}',
    threshold: '점수 기준',
    thresholdOwn: '태그마다 정해진 값',
    own: '기본값으로',
    copy: '태그 복사',
    copied: '복사했어요: {json}',
    copyFailed: '복사하지 못했어요. 직접 복사해 주세요: {json}',
    details: '상자 자세히 보기',
    columns: ['태그', '점수', '왼쪽', '위', '오른쪽', '아래'],
    caption: '{name}, {width} × {height} 픽셀, {ms} ms, {model}',
    pictureOf: '올린 그림: {name}',
    unseen: '이 형식은 브라우저가 보여 주지 못해서, 빈 종이 위에 상자만 그렸어요.',
    several: '한 번에 한 장씩만 볼 수 있어서 첫 파일만 썼어요.',
    noPicture: '그림 파일이 아니에요. 그림 파일을 놓거나 붙여 넣어 주세요.',
    drop: '여기에 놓으면 태그를 달아요',
    preparing: '서버가 모델을 준비하고 있어요. 그림은 지금 골라도 돼요.',
    retry: '다시 시도',
    retrySoon: '{n}초 뒤에 저절로 다시 시도해요.',
    problems: {
      400: '그림을 읽지 못했어요.',
      413: '그림이 너무 커요.',
      415: '쓸 수 없는 형식이에요.',
      422: '그림을 다룰 수 없어요.',
      503: '서버가 아직 준비 중이거나 바빠요.',
      504: '시간이 너무 오래 걸렸어요.',
      network: '서버에 닿지 못했어요.',
      other: '서버에 문제가 생겼어요.',
    },
    networkHint: '연결을 확인하고 다시 시도해 주세요. 파일이 아주 크면 서버가 연결을 끊기도 해요.',
    pad: '그림판, 획 {n}개',
    padHint: '마우스나 손가락, 펜으로 그려요. 그리기 어려우면 그림 파일을 골라 주세요.',
    colour: '색',
    width: '굵기',
    colours: {
      black: '검정', red: '빨강', orange: '주황', yellow: '노랑', green: '초록',
      blue: '파랑', purple: '보라', pink: '분홍', brown: '갈색', eraser: '지우개',
    },
    widths: { thin: '가늘게', medium: '보통', thick: '굵게' },
    undo: '되돌리기',
    clear: '모두 지우기',
    tagIt: '태그 달기',
    drawn: '직접 그린 그림',
    program: '프로그램에서 쓰기',
    programHow: '같은 답을 명령 한 줄로도 받을 수 있어요.',
  },
  en: {
    title: 'Drawing Tagger',
    what: 'Finds the sun, trees, people and more in a child’s drawing, and tags it.',
    stage: 'Picture',
    choose: 'Choose a picture',
    camera: 'Take a photo',
    draw: 'Draw one',
    drawMore: 'Go on drawing',
    dropHere: 'Drop a drawing here',
    ways: 'Drag a file here, paste a copied picture (Ctrl+V), or click to choose one.',
    exampleTree: 'tree',
    exampleHouse: 'building',
    exampleSun: 'sun',
    tags: 'Tags',
    waiting: 'The tags of your picture will appear here.',
    vocabulary: '{n} things it knows',
    drawing: 'Press “Tag it” when your drawing is done.',
    looking: 'Looking at the picture…',
    found: 'Tags: {tags}, boxes: {boxes}.',
    none: 'Nothing reaches this score.',
    noneBelow: 'Lower the least score to see more boxes: {n}.',
    nothing: 'Nothing it knows was found in this picture. Try a larger or clearer one.',
    count: '× {n}',
    best: 'best {score}',
    threshold: 'Least score',
    thresholdOwn: 'set for each tag',
    own: 'Back to default',
    copy: 'Copy tags',
    copied: 'Copied: {json}',
    copyFailed: 'Could not copy. Please copy it yourself: {json}',
    details: 'All boxes',
    columns: ['tag', 'score', 'left', 'top', 'right', 'bottom'],
    caption: '{name}, {width} × {height} pixels, {ms} ms, {model}',
    pictureOf: 'Your picture: {name}',
    unseen: 'Browsers cannot show this format, so the boxes are on a blank sheet.',
    several: 'One picture at a time: only the first file was used.',
    noPicture: 'That is not a picture. Drop or paste a picture file.',
    drop: 'Drop it to tag it',
    preparing: 'The server is loading its model. You can choose a picture already.',
    retry: 'Try again',
    retrySoon: 'Trying again by itself in {n} s.',
    problems: {
      400: 'The picture could not be read.',
      413: 'The picture is too large.',
      415: 'This format is not supported.',
      422: 'The picture cannot be used.',
      503: 'The server is busy or still getting ready.',
      504: 'It took too long.',
      network: 'The server could not be reached.',
      other: 'Something went wrong on the server.',
    },
    networkHint: 'Check the connection and try again. A server may also hang up on a very large file.',
    pad: 'Drawing sheet, strokes: {n}',
    padHint: 'Draw with the mouse, a finger or a pen. If drawing is hard, choose a picture file instead.',
    colour: 'Colour',
    width: 'Thickness',
    colours: {
      black: 'black', red: 'red', orange: 'orange', yellow: 'yellow', green: 'green',
      blue: 'blue', purple: 'purple', pink: 'pink', brown: 'brown', eraser: 'eraser',
    },
    widths: { thin: 'thin', medium: 'medium', thick: 'thick' },
    undo: 'Undo',
    clear: 'Clear all',
    tagIt: 'Tag it',
    drawn: 'your drawing',
    program: 'Use it from a program',
    programHow: 'One command gets the same answer.',
  },
};

// A browser may forbid storage; the page works without.
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function firstLanguage() {
  const stored = remembered();
  if (stored in TEXTS) return stored;
  return navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

let current = firstLanguage();

export const language = () => current;

export function chooseLanguage(name) {
  current = name;
  try {
    localStorage.setItem(KEY, name);
  } catch { /* it is chosen for this visit only */ }
}

// The text of 'key' or of 'group.key', with {names} filled in.
export function text(key, values = {}) {
  const found = key.split('.').reduce((group, name) => group[name], TEXTS[current]);
  return typeof found === 'string' ? found.replace(/\{(\w+)\}/g, (_, name) => values[name]) : found;
}

export const hasText = key => key.split('.').reduce((group, name) => group?.[name], TEXTS[current]) !== undefined;

// Sets every text that never changes but with the language.
export function translate() {
  document.documentElement.lang = current;
  document.title = text('title');
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = text(node.dataset.text);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', text(node.dataset.label));
}

export const percent = score => `${Math.round(100 * score)}%`;
