// The admin API of the server that this page comes from. The token is kept for this tab only.

const KEY = 'dozo-token';

export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const hasToken = () => sessionStorage.getItem(KEY) !== null;
export const setToken = token => sessionStorage.setItem(KEY, token);
export const forgetToken = () => sessionStorage.removeItem(KEY);

async function send(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: {
        Authorization: `Bearer ${sessionStorage.getItem(KEY)}`,
        ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(120_000),
    });
  } catch {
    throw new Problem(0, 'The server does not answer');
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Problem(answer.status, problem.detail || problem.title || `The server answered ${answer.status}`);
  }
  return answer;
}

export async function get(path) {
  return (await send('GET', `/api/v1${path}`)).json();
}

export async function post(path, body) {
  const answer = await send('POST', `/api/v1${path}`, body);
  return answer.status === 204 ? {} : answer.json();
}

export async function remove(path) {
  await send('DELETE', `/api/v1${path}`);
}

/** What a token of this role may not see is null, and not an error. */
export async function maybe(promise) {
  try {
    return await promise;
  } catch (problem) {
    if (problem.status === 403) return null;
    throw problem;
  }
}

/** The values of Prometheus's text format, by name and labels. */
export async function metrics() {
  const text = await (await send('GET', '/metrics')).text();
  const values = new Map();
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf(' ');
    if (at > 0 && !line.startsWith('#')) values.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return values;
}

/** All restore points of a VM, the oldest first. */
export async function restorePoints(namespace, vm) {
  const all = [];
  let after = '';
  do {
    const page = await get(`/restore-points?limit=1000&namespace=${encodeURIComponent(namespace)}&vm=${vm}${after}`);
    all.push(...page.restorePoints);
    after = page.next ? `&after=${page.next}` : '';
  } while (after);
  return all;
}
