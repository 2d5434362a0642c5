// What goes on, as the server tells it: sessions and jobs, whole lists whenever they change. Read by
// fetch, because EventSource sends no token.

import {open, Problem} from './api.js';

const FIRST_PAUSE_MILLISECONDS = 1000;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

let known = {};
let hearers = new Set();
let stream;

/** Hears of sessions and jobs now and whenever they change, until the function that this gives is called. */
export function follow(hear) {
  hearers.add(hear);
  if (!stream) {
    stream = new AbortController();
    listen(stream.signal);
  } else if (known.sessions) {
    hear(known);
  }
  return () => hearers.delete(hear);
}

/** Whoever is logged in leaves. */
export function hearNoMore() {
  stream?.abort();
  stream = undefined;
  known = {};
  hearers = new Set();
}

async function listen(signal) {
  let pause = FIRST_PAUSE_MILLISECONDS;
  while (!signal.aborted) {
    try {
      const answer = await open('/events', signal);
      pause = FIRST_PAUSE_MILLISECONDS;
      await read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch (problem) {
      // Whoever may not hear it will not later; of a log-in that has ended the next request tells.
      if (problem instanceof Problem && (problem.status === 401 || problem.status === 403)) return;
    }
    await new Promise(resolve => setTimeout(resolve, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS);
  }
}

async function read(reader) {
  let text = '';
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    const events = (text + value).split('\n\n');
    text = events.pop();
    events.forEach(take);
  }
}

function take(event) {
  const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
  if (name !== 'sessions' && name !== 'jobs') return;
  known = {...known, ...JSON.parse(data)};
  hearers.forEach(hear => hear(known));
}
