// The service's answers. Addresses are relative, so that the page also works
// behind a proxy that serves it under a path.

// Asked once with a low score: the slider then needs no further request.
export const LEAST_SCORE = 0.05;

export class ServiceError extends Error {
  constructor(kind, message, hint, retryAfter) {
    super(message);
    // An HTTP status, or 'network'.
    this.kind = kind;
    this.hint = hint;
    // Seconds; 0 where asking again by itself makes no sense.
    this.retryAfter = retryAfter;
  }

  get canRetry() {
    return this.kind === 'network' || this.kind >= 500;
  }
}

async function failure(response) {
  // A proxy in between answers in HTML.
  const body = await response.json().catch(() => null);
  const { message = '', hint = '' } = body?.error || {};
  const wait = response.status === 503 ? Number(response.headers.get('Retry-After')) || 0 : 0;
  return new ServiceError(response.status, message, hint, wait);
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ServiceError('network', '', '', 0);
  }
  if (!response.ok) throw await failure(response);
  return response.json();
}

export function requestTags(file, lang, signal) {
  const body = new FormData();
  body.append('file', file, file.name);
  return ask(`tag?format=full&score_thr=${LEAST_SCORE}&lang=${lang}`, { method: 'POST', body, signal });
}

// {label: {tags: {ko, en}, colour, threshold}}
export async function fetchLabels() {
  const labels = await ask('labels', {});
  return new Map(labels.map(entry => [entry.label, entry]));
}

export async function isReady() {
  const response = await fetch('readyz').catch(() => null);
  return Boolean(response?.ok);
}
