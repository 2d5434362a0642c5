// The admin API of the server that this page comes from. Who logs in by a password is known by a
// cookie that no script can read; what else their requests need is kept in memory only. A token is
// kept for this tab.

const TOKEN = 'dozo-token';

/** Says that there may be a cookie, so that nobody else's first visit is a failed log-in. */
const BEEN_HERE = 'dozo-been-here';

const PATIENCE_MILLISECONDS = 120_000;

let csrf;

export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const token = () => sessionStorage.getItem(TOKEN);

async function send(method, path, body, signal) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: {
        ...(token() ? {Authorization: `Bearer ${token()}`} : {}),
        ...(csrf && method !== 'GET' ? {'X-Dozo-Csrf': csrf} : {}),
        ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: token() ? 'omit' : 'same-origin',
      signal: signal ?? AbortSignal.timeout(PATIENCE_MILLISECONDS),
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

const call = (method, path, body) => send(method, `/api/v1${path}`, body);
const told = async answer => answer.headers.get('Content-Type')?.startsWith('application/json') ? answer.json() : {};

export const get = async path => (await call('GET', path)).json();
export const post = async (path, body) => told(await call('POST', path, body));
export const put = async (path, body) => told(await call('PUT', path, body));
export const remove = async path => told(await call('DELETE', path));

/** A file's bytes. */
export const load = async path => (await call('GET', path)).arrayBuffer();

/** An answer that goes on for as long as the signal lets it. */
export const open = (path, signal) => send('GET', `/api/v1${path}`, undefined, signal);

/** Whether somebody is logged in here, or may be. */
export const mayBeIn = () => token() !== null || localStorage.getItem(BEEN_HERE) !== null;

/** Who is logged in. */
export async function who() {
  const me = await get('/me');
  csrf = me.csrf;
  return me;
}

/** Logs in; false if a one-time code is needed. */
export async function logIn(name, password, code) {
  forget();
  const answer = await post('/login', {name, password, ...(code ? {code} : {})});
  if (answer.codeNeeded) return false;
  csrf = answer.csrf;
  localStorage.setItem(BEEN_HERE, 'yes');
  return true;
}

export function takeToken(text) {
  forget();
  sessionStorage.setItem(TOKEN, text);
}

export function forget() {
  csrf = undefined;
  sessionStorage.removeItem(TOKEN);
  localStorage.removeItem(BEEN_HERE);
}

export async function logOut() {
  try {
    await post('/logout');
  } finally {
    forget();
  }
}

/** What somebody of this role may not see is null, and not an error. */
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

/** The time line of a VM, the oldest restore point first. */
export async function timeLine(namespace, id) {
  const all = {vm: null, points: []};
  let after = '';
  do {
    const page = await get(`/time-line?limit=10000&namespace=${encodeURIComponent(namespace)}&vm=${id}${after}`);
    all.vm = page.vm ?? all.vm;
    all.points.push(...page.restorePoints);
    after = page.next ? `&after=${page.next}` : '';
  } while (after);
  return all;
}
