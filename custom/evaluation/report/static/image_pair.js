// One image, large: the truth beside what was found.

function itemOf(key) {
  const known = items().find(item => keyOf(item) === key);
  if (known !== undefined) return known;
  const image = Number(key);
  return key !== '' && data.images[image] ? image : undefined;
}

function neighbor(move) {
  const list = items(), place = list.findIndex(item => keyOf(item) === state.image);
  const next = list[place + move];
  return place < 0 || next === undefined ? undefined : keyOf(next);
}

function tags(objects, width, height) {
  return objects.map(({ label, score, box, outcome }) => boxTag(
    className(label) + (score === undefined ? '' : ` ${score.toFixed(2)}`),
    box, width, height, data.classes[label], outcome === OUTCOME.unsure ? 'faint' : ''));
}

function side(image, kind, title, objects, marks) {
  const [, width, height] = data.images[image];
  const drawn = objects.filter(({ outcome }) => outcome !== OUTCOME.unsure || state.boxes);
  return el('figure', { class: kind },
    el('figcaption', {}, title),
    originalFrame(image, width, height,
      overlay([0, 0, width, height], shapes(drawn), marks), tags(drawn, width, height)));
}

function marksOf(objects, chosen, kind) {
  return objects.filter(object => isWrong(object) && (!chosen || object === chosen))
    .map(({ box }) => mark(box, kind));
}

function boxRow(swatched, ...cells) {
  return el('tr', { class: isWrong(swatched) ? 'wrong-row' : null },
    el('td', {}, colorSwatch(data.classes[swatched.label].color), className(swatched.label)),
    cells.map(text => el('td', {}, text)));
}

function boxTables(truth, found) {
  const shown = found.filter(({ outcome }) => outcome !== OUTCOME.unsure || state.boxes);
  const outcome = object => say(OUTCOME_TEXTS[data.outcomes[object.outcome]]);
  return el('div', { class: 'pair' },
    table('', say('Drawn'), [say('class'), say('comes to')],
      truth.map(box => boxRow(box, outcome(box)))),
    table('', say('Found'), [say('class'), say('score'), 'IoU', say('comes to')],
      shown.map(object => boxRow(object, object.score.toFixed(2),
        object.iou ? object.iou.toFixed(2) : '–', outcome(object)))));
}

function sideButtons() {
  const choose = kind => () => {
    byId('large').dataset.side = kind;
    byId('large').querySelectorAll('.sides button').forEach(button =>
      button.setAttribute('aria-pressed', button.dataset.kind === kind));
  };
  return el('div', { class: 'sides' }, [
    ['found', say('Found')], ['drawn', say('Drawn')],
    ...data.earlier ? [['earlier', say('Before')]] : [],
  ].map(([kind, text]) =>
    el('button', {
      type: 'button', 'data-kind': kind, click: choose(kind),
      'aria-pressed': String(byId('large').dataset.side === kind),
    }, text)));
}

function largeText(item, image) {
  const [, width, height] = data.images[image];
  const size = say('{width} × {height} pixels', { width, height });
  if (typeof item === 'number') return `${countText(errorsOf[image], 'one error', '{count} errors')}, ${size}`;
  return item.kind === undefined
    ? `${caseTitle(item)}: ${caseText(item)}, ${size}` : `${labelTitle(item)}: ${labelText(item)}, ${size}`;
}

function renderLarge() {
  const item = itemOf(state.image);
  if (item === undefined) {
    byId('large').close();
    return;
  }
  const image = typeof item === 'number' ? item : item.image;
  const { truth, found, earlier } = boxesOf(image), isLabel = item.kind !== undefined;
  const suspect = () => mark(item.box, 'wrong');
  const [drawnAt, foundAt] = [truth[item.truth], found[item.at]];
  const chosen = drawnAt || foundAt;
  // On a phone, which shows one of them: what was missed is on one side alone.
  byId('large').dataset.side = drawnAt && !foundAt ? 'drawn' : 'found';
  showLarge(data.images[image][NAME], largeText(item, image), [neighbor(-1), neighbor(1)],
    sideButtons(),
    el('div', { class: `pair pictures-pair ${isLabel ? 'label-marks' : ''}` },
      side(image, 'drawn', say('Drawn'), truth,
        isLabel ? suspect() : marksOf(truth, chosen && (drawnAt || {}), 'missed-box')),
      side(image, 'found', say('Found'), found,
        isLabel ? suspect() : marksOf(found, chosen && (foundAt || {}), 'wrong')),
      data.earlier ? side(image, 'earlier', say('Found by {name}', { name: data.earlier }), earlier,
        marksOf(earlier, undefined, 'wrong')) : ''),
    boxTables(truth, found));
}
