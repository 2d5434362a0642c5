import {get, maybe, post, remove} from './api.js';
import {badge, button, bytes, make, number, say, sure, table, time} from './dom.js';

export function sessionsTable(sessions) {
  return table('Backups under way', [
    ['VM', session => make('a', {href: `#/vm/${encodeURIComponent(session.vm.namespace)}/${session.vm.id}`}, session.vm.name)],
    ['State', session => session.attached ? session.state : `${session.state}, client away`],
    ['Since', session => time(session.begun)],
    ['Received', session => bytes(session.progress.receivedBytes), 'number'],
    ['New', session => bytes(session.progress.newBytes), 'number'],
    ['Stored', session => bytes(session.progress.storedBytes), 'number'],
    ['Token', session => session.tokenName],
  ], sessions, 'No backup is under way.');
}

function state(job) {
  const kind = {running: 'quiet', done: 'good', failed: 'bad'}[job.state] ?? 'quiet';
  return badge(job.stopAsked && job.state === 'done' ? 'stopped' : job.state, kind);
}

function progress(job) {
  if (job.state !== 'running') return job.problem ?? '';
  const {phase, done, total} = job.progress;
  const text = phase ? `${phase}: ${number(done)} of ${number(total)}` : 'beginning';
  const bar = make('progress', {'aria-label': `Progress of ${job.kind}`, max: total || null, value: total ? done : null});
  return make('div', {}, bar, make('div', {class: 'quiet'}, text));
}

export async function tasks(context) {
  const [jobs, sessions] = await Promise.all([get('/jobs'), maybe(get('/sessions'))]);
  const begin = (name, task) => button(name, async () => {
    await post('/jobs', task);
    say(`Begun: ${task.kind}`);
    await context.again();
  });
  context.fill(
    make('h1', {}, 'Tasks'),
    make('div', {class: 'buttons'},
      begin('Verify everything', {kind: 'verify'}),
      begin('Try a sweep', {kind: 'sweep', dryRun: true}),
      begin('Sweep', {kind: 'sweep'})),
    make('h2', {}, 'Running, and the last'),
    table('Tasks', [
      ['Task', job => job.kind],
      ['State', state],
      ['Begun', job => time(job.begun)],
      ['Ended', job => time(job.ended)],
      ['By', job => job.by],
      ['Progress', progress],
      ['', job => job.state === 'running' ? button('Stop', async () => {
        if (await sure(`Stop ${job.kind}?`, 'What it has done stays done, and the next one goes on from there.', 'Stop it')) {
          await remove(`/jobs/${job.id}`);
          say('It ends at its next safe place.');
          await context.again();
        }
      }, 'danger', `Stop ${job.kind}`) : ''],
    ], jobs.jobs, 'No task has run since the server’s start.'),
    sessions ? [make('h2', {}, 'Backups under way'), sessionsTable(sessions.sessions)] : []);
  context.live();
}
