import {get, post, remove} from './api.js';
import {badge, button, bytes, facts, make, number, refill, say, sure, table, tell, time, waits} from './dom.js';

const IN_BYTES = ['commit-overlay', 'export-overlay'];

export function sessionsTable(sessions) {
  return table('Backups under way', [
    ['VM', session => make('a', {href: `#/vm/${encodeURIComponent(session.vm.namespace)}/${session.vm.id}`}, session.vm.name)],
    ['State', session => session.attached ? session.state : `${session.state}, client away`],
    ['Since', session => time(session.begun)],
    ['Progress', session => make('progress', {'aria-label': `Backup of ${session.vm.name}`, max: session.sizeBytes || 1, value: session.progress.receivedBytes})],
    ['Received', session => bytes(session.progress.receivedBytes), 'number'],
    ['Speed', session => `${bytes(session.bytesPerSecond ?? 0)}/s`, 'number'],
    ['New', session => bytes(session.progress.newBytes), 'number'],
    ['Stored', session => bytes(session.progress.storedBytes), 'number'],
    ['Token', session => session.tokenName],
  ], sessions, 'No backup is under way.');
}

function state(job) {
  const kind = {running: 'quiet', done: 'good', failed: 'bad', interrupted: 'warn'}[job.state] ?? 'quiet';
  return job.stopAsked && job.state === 'done' ? badge('stopped', 'quiet') : badge(job.state, kind);
}

function progress(job) {
  if (job.state !== 'running') return job.problem ?? '';
  const {phase, done, total} = job.progress;
  const amount = IN_BYTES.includes(job.kind) ? bytes : number;
  const text = !phase ? 'beginning' : total ? `${phase}: ${amount(done)} of ${amount(total)}` : phase;
  const bar = make('progress', {'aria-label': `Progress of ${job.kind}`, max: total || null, value: total ? done : null});
  return make('div', {}, bar, make('div', {class: 'quiet'}, text, job.stopAsked ? ', told to stop' : ''));
}

function stop(job, after) {
  if (job.state !== 'running' || job.stopAsked) return '';
  return button('Stop', async () => {
    if (await sure(`Stop ${job.kind}?`, 'What it has done stays done, and the next one goes on from there.', 'Stop it')) {
      await remove(`/jobs/${job.id}`);
      say('It ends at its next safe place.');
      await after?.();
    }
  }, 'danger', `Stop ${job.kind}`);
}

export function jobsTable(context, jobs) {
  return table('Tasks', [
    ['Task', job => make('a', {href: `#/task/${job.id}`, 'aria-label': `${job.kind}, begun ${job.begun}`}, job.kind)],
    ['State', state],
    ['Begun', job => time(job.begun)],
    ['Ended', job => time(job.ended)],
    ['By', job => job.by],
    ['Progress', progress],
    ['', job => stop(job)],
  ], jobs, 'No task has run yet.');
}

/** Begins a task and shows it. */
export async function begin(path, wish) {
  const job = await post(path, wish);
  if (waits(job)) tell(job);
  else location.hash = `#/task/${job.id}`;
}

export async function tasks(context) {
  const list = make('div', {});
  const work = make('div', {});
  const show = ({jobs, sessions}) => {
    if (jobs) refill(list, jobsTable(context, jobs));
    if (sessions) refill(work, sessionsTable(sessions));
  };
  show(await get('/jobs'));
  const beginning = (name, wish) => button(name, () => begin('/jobs', wish));
  context.fill(
    make('h1', {}, 'Tasks'),
    make('div', {class: 'buttons'},
      beginning('Verify everything', {kind: 'verify'}),
      beginning('Try a sweep', {kind: 'sweep', dryRun: true}),
      beginning('Sweep', {kind: 'sweep'})),
    make('h2', {}, 'Running, and the last'),
    list,
    make('h2', {}, 'Backups under way'),
    work);
  context.hear(show);
}

/** What a task said in the end, beside what is long. */
function report(result) {
  const short = Object.entries(result).filter(([, value]) => typeof value !== 'object');
  const shown = ([name, value]) => [
    name.replace(/([A-Z])/g, ' $1').replace(/^./, letter => letter.toUpperCase()).replace(/ Bytes$/, ''),
    name.endsWith('Bytes') ? bytes(value) : typeof value === 'number' ? number(value) : typeof value === 'boolean' ? (value ? 'yes' : 'no')
      : name === 'restorePoint' ? make('a', {href: `#/point/${value}`}, value) : value];
  return [make('h2', {}, 'Report'), facts(short.map(shown)), decisions(result.vms ?? []),
    make('details', {}, make('summary', {}, 'All of it'), make('pre', {tabindex: '0'}, JSON.stringify(result, null, 2)))];
}

/** What a policy decided, VM by VM; of those that stay, how many. */
export function decisions(vms) {
  return vms.map(vm => {
    const gone = vm.decisions?.filter(each => each.word === 'forget') ?? [];
    return make('details', {}, make('summary', {}, vm.refused ? `${vm.name}: ${vm.refused}` : `${vm.name}: ${number(vm.decisions.length - gone.length)} stay, ${number(gone.length)} go`),
      table(`Restore points of ${vm.name}`, [
        ['Created', each => time(each.created)],
        ['Decision', each => badge(each.word, each.word === 'keep' ? 'good' : 'warn')],
        ['Why', each => each.why],
      ], (vm.decisions ?? []).slice(-1000).reverse(), 'Nothing was decided.'));
  });
}

export async function task(context, id) {
  const show = job => context.fill(
    make('p', {}, make('a', {href: '#/tasks'}, 'All tasks')),
    make('h1', {}, 'Task ', job.kind),
    facts([
      ['State', state(job)], ['By', job.by], ['Begun', time(job.begun)],
      ['Ended', job.ended && time(job.ended)], ['Problem', job.problem],
    ]),
    job.state === 'running' ? [progress(job), make('p', {}, stop(job, context.again))] : [],
    job.result ? report(job.result) : [],
    make('h2', {}, 'Log'),
    make('pre', {tabindex: '0', class: 'log'}, job.log.map(line => `${new Date(line.at).toLocaleTimeString()}  ${line.text}`).join('\n')));
  let known = await get(`/jobs/${encodeURIComponent(id)}`);
  show(known);
  let asking = false;
  context.hear(async ({jobs}) => {
    const now = jobs?.find(job => job.id === id);
    if (asking || !now || known.state !== 'running') return;
    asking = true;
    try {
      known = await get(`/jobs/${id}`);
      show(known);
    } finally {
      asking = false;
    }
  });
}
