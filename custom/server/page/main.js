// The page: what it knows, and what follows from it.

import { copyText } from './clipboard.js';
import { byId } from './dom.js';
import { describePad, isDrawn, makePad } from './drawing_pad.js';
import { listen } from './file_input.js';
import { highlight, setSize, showBoxes, showFile } from './image_view.js';
import { showProblem, showTable, showTags, showVocabulary } from './panel.js';
import { ServiceError, fetchLabels, isReady, requestTags } from './service.js';
import { distinctTags, objectsAbove } from './tags.js';
import { chooseLanguage, language, percent, text, translate } from './text.js';

const MOST_RETRIES = 5;
const SLIDER_DEFAULT = 0.5;

const state = {
  phase: 'empty', // or 'drawing', 'looking', 'answered', 'failed'
  file: null,
  isDrawing: false, // the file comes from the sheet
  isSeen: true, // the browser can show the file
  answer: null,
  error: null,
  threshold: null, // null: that of each class
  pinned: null, // the label whose boxes stay brought out
  notice: null, // a key of text.js
  isPreparing: false,
  classes: new Map(),
};
let request = new AbortController();
let retries = 0;

const nameOf = ({ label, tag }) => state.classes.get(label)?.tags[language()] ?? tag;
const colorOf = ({ label }) => state.classes.get(label)?.color ?? '#3c4250';

function shownObjects() {
  return objectsAbove(state.answer.objects, state.threshold).map(object => ({
    label: object.label,
    name: nameOf(object),
    color: colorOf(object),
    score: object.score,
    box: object.box,
  }));
}

function shownTags() {
  const objects = shownObjects();
  return distinctTags(objects).map(tag => ({
    ...objects.find(({ label }) => label === tag.label), ...tag,
  }));
}

// Asking

function forget() {
  request.abort();
  Object.assign(state, { answer: null, error: null, pinned: null, notice: null });
}

function take(file, isDrawing) {
  forget();
  Object.assign(state, { file, isDrawing, isSeen: true });
  retries = 0;
  showBoxes([], 1, 1);
  showFile(file, isSeen => {
    state.isSeen = isSeen;
    // The answer may have come first; its size is that of the file.
    if (state.answer) setSize(state.answer.width, state.answer.height);
    render();
  });
  look();
  byId('image-view').scrollIntoView({ block: 'nearest' });
}

async function look() {
  request = new AbortController();
  const { signal } = request;
  state.phase = 'looking';
  render();
  try {
    const answer = await requestTags(state.file, language(), signal);
    Object.assign(state, { phase: 'answered', answer });
    setSize(answer.width, answer.height);
    if (!state.classes.size) learnClasses();
  } catch (error) {
    // A newer image is on the page.
    if (signal.aborted) return;
    if (!(error instanceof ServiceError)) throw error;
    if (retries >= MOST_RETRIES) error.retryAfter = 0;
    Object.assign(state, { phase: 'failed', error });
    if (error.retryAfter) lookAgainAfter(error.retryAfter, signal);
  }
  render();
}

function lookAgainAfter(seconds, signal) {
  retries += 1;
  setTimeout(() => {
    if (!signal.aborted) look();
  }, 1000 * seconds);
}

function lookAgain() {
  request.abort();
  look();
}

function takeFiles([file, ...others]) {
  if (file) take(file, false);
  state.notice = file ? (others.length ? 'several' : null) : 'noImage';
  render();
}

function draw() {
  forget();
  state.phase = 'drawing';
  render();
  // A phone shows the whole sheet, not half of it.
  byId('pad').scrollIntoView({ block: 'nearest' });
}

async function learnClasses() {
  // Without them tags stand in the language that they were asked in.
  state.classes = await fetchLabels().catch(() => new Map());
  render();
}

async function prepare() {
  state.isPreparing = !await isReady();
  if (state.isPreparing) {
    render();
    setTimeout(prepare, 2000);
  } else {
    learnClasses();
  }
}

// Showing

function summary() {
  const { phase, answer } = state;
  if (phase === 'empty') return text('waiting');
  if (phase === 'drawing') return text('drawing');
  if (phase === 'looking') return text('looking');
  if (phase === 'failed') return '';
  if (!answer.objects.length) return text('nothing');
  const count = shownObjects().length;
  if (count) return text('found', { tags: shownTags().length, boxes: count });
  return `${text('none')} ${text('noneBelow', { n: answer.objects.length })}`;
}

function caption() {
  const { answer, isDrawing, file } = state;
  const name = isDrawing ? text('drawn') : file.name;
  if (!answer) return name;
  return text('caption', {
    name, width: answer.width, height: answer.height,
    ms: Math.round(answer.timings_ms.total), model: answer.model,
  });
}

// A file that can neither be shown nor has boxes would be an empty frame.
const isInviting = () => state.phase === 'empty' || (state.phase === 'failed' && !state.isSeen);

function renderImage() {
  const { phase, file, answer } = state;
  const isShown = !isInviting() && phase !== 'drawing';
  byId('image-view').hidden = !isShown;
  byId('image-view').setAttribute('aria-busy', phase === 'looking');
  byId('spinner').hidden = phase !== 'looking';
  if (!isShown) return;
  byId('caption').textContent = caption();
  byId('image').alt = text('imageOf', { name: state.isDrawing ? text('drawn') : file.name });
  if (!answer) return;
  showBoxes(shownObjects().map(object => ({ ...object, score: percent(object.score) })),
    answer.width, answer.height);
  highlight(state.pinned);
}

function renderPanel() {
  const { phase, answer, threshold, error } = state;
  const line = summary();
  // The same words again would be read out again.
  if (byId('summary').textContent !== line) byId('summary').textContent = line;
  if (error) showProblem(error, lookAgain);
  else byId('problem').replaceChildren();
  byId('vocabulary').hidden = Boolean(answer || error) || !state.classes.size;
  const isListed = Boolean(answer?.objects.length);
  byId('tags').hidden = byId('controls').hidden = !isListed;
  if (!isListed) return;
  showTags(shownTags(), state.pinned, {
    enter: highlight,
    leave: () => highlight(state.pinned),
    press: pin,
  });
  showTable(shownObjects().map(object => ({ ...object, score: percent(object.score) })));
  const shown = threshold === null ? text('thresholdOwn') : percent(threshold);
  byId('threshold').value = threshold ?? SLIDER_DEFAULT;
  byId('threshold').setAttribute('aria-valuetext', shown);
  byId('threshold-value').textContent = shown;
  byId('own').disabled = threshold === null;
}

function renderTexts() {
  translate();
  for (const button of byId('languages').children) {
    button.setAttribute('aria-pressed', button.value === language());
  }
  describePad();
  const query = language() === 'ko' ? '' : `?lang=${language()}`;
  byId('curl').textContent = `curl -F file=@drawing.jpg "${new URL(`tag${query}`, location.href)}"`;
  showVocabulary(state.classes);
}

function render() {
  const focused = document.activeElement;
  renderTexts();
  byId('copied').textContent = '';
  byId('draw').setAttribute('aria-pressed', state.phase === 'drawing');
  byId('draw').lastElementChild.textContent = text(isDrawn() ? 'drawMore' : 'draw');
  byId('invitation').hidden = !isInviting();
  byId('pad').hidden = state.phase !== 'drawing';
  const notice = state.notice || (state.isPreparing && 'preparing')
    || (state.answer && !state.isSeen && 'unseen');
  byId('notice').textContent = notice ? text(notice) : '';
  renderImage();
  renderPanel();
  // A keyboard goes on from the result when its button has gone.
  const isGone = focused !== document.body && (!focused.isConnected || focused.closest('[hidden]'));
  if (isGone) byId('result-title').focus({ preventScroll: true });
}

// Choosing

function pin(label) {
  state.pinned = state.pinned === label ? null : label;
  highlight(state.pinned);
  for (const button of byId('tags').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', button.value === state.pinned);
  }
}

function moveThreshold(threshold) {
  state.threshold = threshold;
  render();
}

async function copyTags() {
  const json = JSON.stringify(shownTags().map(({ name }) => name));
  const isCopied = await copyText(json);
  byId('copied').textContent = text(isCopied ? 'copied' : 'copyFailed', { json });
}

makePad(file => take(file, true));
listen(takeFiles);
byId('draw').addEventListener('click', draw);
byId('threshold').addEventListener('input', event => moveThreshold(Number(event.target.value)));
byId('own').addEventListener('click', () => moveThreshold(null));
byId('copy').addEventListener('click', copyTags);
byId('languages').addEventListener('click', event => {
  if (!event.target.value) return;
  chooseLanguage(event.target.value);
  render();
});
render();
prepare();
