// What is shown stands in the address, so that a link or a reload brings the
// same view back. A page has DEFAULTS, a text or a list of texts for each key,
// `let state = readAddress()` and render().

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const read = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS)) {
    if (given.has(key)) read[key] = Array.isArray(DEFAULTS[key]) ? given.getAll(key) : given.get(key);
  }
  return read;
}

function address(changes) {
  const wanted = { ...state, ...changes };
  const given = new URLSearchParams();
  for (const key of Object.keys(DEFAULTS)) {
    for (const value of [wanted[key]].flat()) {
      if (value !== DEFAULTS[key]) given.append(key, value);
    }
  }
  return `#${given}`;
}

// Typing into a filter would fill the history; views and images are steps.
function go(changes) {
  const step = 'view' in changes || 'image' in changes;
  history[step ? 'pushState' : 'replaceState'](null, '', address(changes));
  state = readAddress();
  render();
}
