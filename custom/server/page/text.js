// What the page says, in the two languages of its readers.

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

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
    tapHere: '여기를 눌러 그림을 골라 주세요',
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
    columns: '태그,점수,왼쪽,위,오른쪽,아래',
    caption: '{name}, {width} × {height} 픽셀, {ms} ms, {model}',
    imageOf: '올린 그림: {name}',
    unseen: '이 형식은 브라우저가 보여 주지 못해서, 빈 종이 위에 상자만 그렸어요.',
    several: '한 번에 한 장씩만 볼 수 있어서 첫 파일만 썼어요.',
    noImage: '그림 파일이 아니에요. 그림 파일을 놓거나 붙여 넣어 주세요.',
    drop: '여기에 놓으면 태그를 달아요',
    preparing: '서버가 모델을 준비하고 있어요. 그림은 지금 골라도 돼요.',
    retry: '다시 시도',
    retrySoon: '{n}초 뒤에 저절로 다시 시도해요.',
    problems: {
      no_file: '그림이 서버에 오지 않았어요.',
      slow_body: '그림이 너무 천천히 올라가서 끊겼어요.',
      body_too_large: '파일이 너무 커요.',
      too_many_pixels: '그림이 너무 커요.',
      unsupported_type: '쓸 수 없는 형식이에요.',
      bad_picture: '그림을 열 수 없어요.',
      slow_picture: '그림을 여는 데 너무 오래 걸려요.',
      internal: '서버에 문제가 생겼어요.',
      worker_died: '이 그림을 보다가 서버가 멈췄어요.',
      queue_full: '지금은 서버가 바빠요.',
      not_ready: '서버가 아직 준비 중이에요.',
      deadline: '시간이 너무 오래 걸렸어요.',
      network: '서버에 닿지 못했어요.',
      other: '그림에 태그를 달지 못했어요.',
    },
    // The service explains itself in English.
    advice: {
      no_file: '그림을 다시 골라 주세요.',
      slow_body: '연결을 확인하고 다시 시도해 주세요.',
      body_too_large: '더 작은 파일로 저장해서 올려 주세요.',
      too_many_pixels: '그림의 가로세로를 줄여서 올려 주세요.',
      unsupported_type: 'JPEG, PNG, WebP, GIF, BMP, TIFF로 저장해서 올려 주세요.',
      bad_picture: '파일이 망가졌을 수 있어요. 다시 저장하거나 다른 그림을 올려 주세요.',
      slow_picture: '그림을 줄이거나 다시 저장해서 올려 주세요.',
      internal: '다시 시도해 주세요. 계속되면 서버를 맡은 사람에게 알려 주세요.',
      worker_died: '다른 그림으로 해 보세요. 계속되면 서버를 맡은 사람에게 알려 주세요.',
      queue_full: '잠시 뒤에 다시 시도해 주세요.',
      not_ready: '잠시 뒤에 다시 시도해 주세요.',
      deadline: '잠시 뒤에 다시 시도해 주세요.',
      network: '연결을 확인하고 다시 시도해 주세요. 파일이 아주 크면 서버가 연결을 끊기도 해요.',
    },
    pad: '그림판, 획 {n}개',
    padHint: '마우스나 손가락, 펜으로 그려요. 그리기 어려우면 그림 파일을 골라 주세요.',
    color: '색',
    width: '굵기',
    colors: {
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
    tapHere: 'Tap here to choose a picture',
    exampleTree: 'tree',
    exampleHouse: 'building',
    exampleSun: 'sun',
    tags: 'Tags',
    waiting: 'The tags of your picture will appear here.',
    vocabulary: '{n} things it knows',
    drawing: 'Press “Tag it” when your drawing is done.',
    looking: 'Looking at the picture…',
    found: ({ tags, boxes }) =>
      `Found ${plural(tags, 'tag', 'tags')} in ${plural(boxes, 'box', 'boxes')}.`,
    none: 'Nothing reaches this score.',
    noneBelow: ({ n }) => `A lower least score shows ${plural(n, 'box', 'boxes')} more.`,
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
    columns: 'tag,score,left,top,right,bottom',
    caption: '{name}, {width} × {height} pixels, {ms} ms, {model}',
    imageOf: 'Your picture: {name}',
    unseen: 'Browsers cannot show this format, so the boxes are on a blank sheet.',
    several: 'One picture at a time: only the first file was used.',
    noImage: 'That is not a picture. Drop or paste a picture file.',
    drop: 'Drop it to tag it',
    preparing: 'The server is loading its model. You can choose a picture already.',
    retry: 'Try again',
    retrySoon: 'Trying again by itself in {n} s.',
    problems: {
      no_file: 'The picture did not arrive.',
      slow_body: 'The picture came too slowly.',
      body_too_large: 'The file is too large.',
      too_many_pixels: 'The picture is too large.',
      unsupported_type: 'This format is not supported.',
      bad_picture: 'The picture cannot be opened.',
      slow_picture: 'The picture takes too long to open.',
      internal: 'Something went wrong on the server.',
      worker_died: 'The server stopped while it looked at this picture.',
      queue_full: 'The server is busy.',
      not_ready: 'The server is still getting ready.',
      deadline: 'It took too long.',
      network: 'The server could not be reached.',
      other: 'The picture could not be tagged.',
    },
    advice: {
      network: 'Check the connection and try again. A server may also hang up on a very large file.',
    },
    pad: ({ n }) => `Drawing sheet, ${plural(n, 'stroke', 'strokes')}`,
    padHint: 'Draw with the mouse, a finger or a pen. If drawing is hard, choose a picture file instead.',
    color: 'Color',
    width: 'Thickness',
    colors: {
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

const find = key => key.split('.').reduce((group, name) => group?.[name], TEXTS[current]);

export const hasText = key => find(key) !== undefined;

// The text of 'key' or of 'group.key', with {names} filled in.
export function text(key, values = {}) {
  const found = find(key);
  if (typeof found === 'function') return found(values);
  return found.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Sets every text that never changes but with the language.
export function translate() {
  document.documentElement.lang = current;
  document.title = text('title');
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = text(node.dataset.text);
  for (const node of document.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', text(node.dataset.label));
  }
}

export const percent = score => `${Math.round(100 * score)}%`;
