import {get, maybe, post, remove, restorePoints} from './api.js';
import {badge, button, bytes, draw, make, number, say, sure, table, time} from './dom.js';
import {mountTable} from './mounts.js';

/** Rows that are shown at first, and more at each wish: a browser is slow with thousands. */
const ROWS = 200;

/** Columns of the time line; restore points that fall into one are one bar. */
const COLUMNS = 240;

export async function vms(context) {
  const list = (await get('/vms')).vms.sort((a, b) => a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name));
  context.fill(
    make('h1', {}, 'VMs'),
    table('VMs', [
      ['VM', vm => make('a', {href: `#/vm/${encodeURIComponent(vm.namespace)}/${vm.id}`}, vm.name)],
      ['Namespace', vm => vm.namespace],
      ['Host', vm => vm.host],
      ['Restore points', vm => number(vm.restorePoints), 'number'],
      ['Newest', vm => time(vm.latest)],
    ], list, 'No VM has been backed up yet.'));
}

function consistency(point) {
  const {asked, achieved, reason} = point.consistency;
  const kind = achieved === 'application' || achieved === 'filesystem' ? 'good' : 'warn';
  const element = badge(achieved, asked === achieved && kind === 'good' ? 'good' : asked === achieved ? 'quiet' : 'warn');
  element.title = asked === achieved ? `Asked for and achieved: ${asked}` : `Asked for ${asked}: ${reason ?? ''}`;
  return element;
}

/** When there are restore points, as bars whose height says how many; the table has them all. */
function timeline(points) {
  const times = points.map(point => Date.parse(point.created));
  const first = times[0];
  const span = Math.max(times.at(-1) - first, 1);
  const columns = Array.from({length: COLUMNS}, () => ({count: 0, crash: 0}));
  times.forEach((at, i) => {
    const column = columns[Math.min(COLUMNS - 1, Math.floor((at - first) * COLUMNS / span))];
    column.count++;
    if (points[i].consistency.achieved === 'crash') column.crash++;
  });
  const most = Math.max(...columns.map(column => column.count));
  const svg = draw('svg', {class: 'timeline', viewBox: '0 0 1000 96', preserveAspectRatio: 'none', role: 'img',
    'aria-label': `${points.length} restore points from ${points[0].created} to ${points.at(-1).created}`},
    draw('line', {x1: 10, x2: 990, y1: 74, y2: 74}));
  columns.forEach(({count, crash}, i) => {
    if (count === 0) return;
    const height = 10 + 54 * count / most;
    svg.append(draw('rect', {class: crash === count ? 'crash' : '', x: 10 + i * 976 / COLUMNS, y: 74 - height, width: 3.4, height}));
  });
  const date = at => new Date(at).toLocaleDateString(undefined, {dateStyle: 'medium'});
  return make('figure', {class: 'line'}, svg,
    make('figcaption', {class: 'quiet'}, `${date(first)} to ${date(times.at(-1))}: a bar is as high as there are restore points at that time.`));
}

const disks = point => point.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
const data = point => point.disks.reduce((sum, disk) => sum + disk.dataBytes, 0);

async function mount(context, point, writable) {
  say('Mounting …');
  const made = await post('/mounts', writable ? {restorePoint: point.id, writable: {}} : {restorePoint: point.id});
  say(`Mounted at ${made.path}`);
  await context.again();
}

async function sizes(points) {
  const job = await post('/jobs', {kind: 'space', restorePoints: points.map(point => point.id)});
  let now = job;
  while (now.state === 'running') {
    await new Promise(resolve => setTimeout(resolve, 300));
    now = await get(`/jobs/${job.id}`);
  }
  if (!now.result) throw new Error(now.problem);
  return new Map(now.result.restorePoints.map(each => [each.id, each]));
}

let measured = new Map();

export async function vm(context, namespace, id) {
  const [points, mounts, pins] = await Promise.all([
    restorePoints(namespace, id), maybe(get('/mounts')), maybe(get('/pins'))]);
  if (points.length === 0) {
    context.fill(make('h1', {}, 'VM'), make('p', {class: 'notice'}, 'There is no restore point of this VM.'));
    return;
  }
  const newest = points.at(-1);
  const pinned = new Map((pins?.pins ?? []).map(pin => [pin.restorePoint, pin]));
  const own = (mounts?.mounts ?? []).filter(each => each.vm.id === id && each.vm.namespace === namespace);
  const rows = points.toReversed();
  const list = make('div', {});
  const fill = count => {
    const some = rows.slice(0, count);
    list.replaceChildren(
      table(`Restore points of ${newest.vm.name}`, [
        ['Created', point => time(point.created)],
        ['Restore point', point => make('code', {}, point.id)],
        ['Consistency', consistency],
        ['Disks', point => bytes(disks(point)), 'number'],
        ['Data', point => bytes(data(point)), 'number'],
        ['Verified', point => badge(point.verification ?? 'never', {sound: 'good', damaged: 'bad'}[point.verification] ?? 'quiet')],
        ['Newly stored', point => point.statistics ? bytes(point.statistics.storedBytes) : '', 'number'],
        ['Its own', point => measured.has(point.id) ? bytes(measured.get(point.id).exclusiveBytes) : '', 'number'],
        ['Kept', point => pinned.has(point.id)
          ? badge(pinned.get(point.id).until ? `held until ${pinned.get(point.id).until.slice(0, 10)}` : 'pinned', 'good') : ''],
        ['', point => mounts ? make('div', {class: 'buttons'},
          button('Mount', () => mount(context, point, false), 'main', `Mount ${point.id} read-only`),
          button('Mount writable', () => mount(context, point, true), '', `Mount ${point.id} writable`),
          pins && !pinned.has(point.id) ? button('Pin', async () => {
            await post('/pins', {restorePoint: point.id});
            say('Pinned: no policy forgets it.');
            await context.again();
          }, '', `Pin ${point.id}`) : null,
          pinned.has(point.id) ? button('Unpin', async () => {
            if (await sure('Remove the pin?', 'Policies may forget this restore point then.', 'Unpin')) {
              await remove(`/pins/${pinned.get(point.id).id}`);
              await context.again();
            }
          }, 'danger', `Unpin ${point.id}`) : null) : ''],
      ], some, ''),
      make('p', {class: 'buttons'},
        rows.length > count ? button(`Show ${number(Math.min(ROWS, rows.length - count))} more of ${number(rows.length)}`, () => fill(count + ROWS)) : null,
        pins ? button('Measure what is each one’s own', async () => {
          say('Measuring …');
          measured = await sizes(some);
          fill(count);
          say('Measured: what deleting each alone would free.');
        }) : null));
  };
  fill(ROWS);
  context.fill(
    make('p', {}, make('a', {href: '#/vms'}, 'All VMs')),
    make('h1', {}, newest.vm.name),
    make('p', {class: 'quiet'}, `Namespace ${namespace}, host ${newest.vm.host}, id `, make('code', {}, id)),
    timeline(points),
    own.length ? [make('h2', {}, 'Mounted now'), mountTable(context, own)] : [],
    make('h2', {}, `${number(points.length)} restore points`),
    list);
}
