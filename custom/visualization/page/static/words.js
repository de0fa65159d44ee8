// Text in the reader's language: English, and what `words` has for it.

const words = {};

// Fills {name} of a text; the values are text or numbers.
function say(text, values) {
  const spoken = document.documentElement.lang === 'en' ? text : words[text] || text;
  return spoken.replace(/\{(\w+)\}/g, (whole, name) => values && name in values ? values[name] : whole);
}
