import {get, maybe, post, timeLine} from './api.js';
import {button, bytes, make, number, say, table, time} from './dom.js';
import {mountTable} from './mounts.js';
import {COLUMNS_OF_POINTS, consistency, pages, timeline, verified} from './timeline.js';

/** As many as a request's body has room for. */
const MEASURED_AT_ONCE = 1500;

const POLL_MILLISECONDS = 300;

export async function vms(context) {
  const list = (await get('/vms')).vms.sort((a, b) => a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name));
  context.fill(
    make('h1', {}, 'VMs'),
    table('VMs', [
      ['VM', vm => make('a', {href: `#/vm/${encodeURIComponent(vm.namespace)}/${vm.id}`}, vm.name)],
      ['Namespace', vm => vm.namespace],
      ['Host', vm => vm.host],
      ['Restore points', vm => number(vm.restorePoints), 'number'],
      ['Newest', vm => make('a', {href: `#/point/${vm.latestId}`}, time(vm.latest))],
      ['Consistency', vm => vm.achieved ? consistency(vm) : ''],
      ['Disks', vm => vm.sizeBytes === undefined ? '' : bytes(vm.sizeBytes), 'number'],
      ['Verified', vm => vm.verification ? verified(vm.verification) : ''],
    ], list, 'No VM has been backed up yet.'));
}

/** What was measured of restore points by the last tasks of that kind. */
async function measuredBefore() {
  const {jobs} = await get('/jobs');
  const last = jobs.find(job => job.kind === 'space' && job.state === 'done');
  return last ? sizesOf(await get(`/jobs/${last.id}`)) : new Map();
}

const sizesOf = job => new Map((job.result?.restorePoints ?? []).map(each => [each.id, each]));

/** Finds out what is each one's own, by a task of the server. */
async function measure(points) {
  let job = await post('/jobs', {kind: 'space', restorePoints: points.map(point => point.id)});
  while (job.state === 'running') {
    await new Promise(resolve => setTimeout(resolve, POLL_MILLISECONDS));
    job = await get(`/jobs/${job.id}`);
  }
  if (!job.result) throw new Error(job.problem);
  return sizesOf(job);
}

async function mount(context, point, writable) {
  say('Mounting …');
  const made = await post('/mounts', writable ? {restorePoint: point.id, writable: {}} : {restorePoint: point.id});
  say(`Mounted at ${made.path}`);
  await context.again();
}

function columns(context, sizes) {
  const size = (point, name) => sizes.has(point.id) ? bytes(sizes.get(point.id)[name]) : '–';
  return [
    ...COLUMNS_OF_POINTS.slice(0, 5),
    ...context.is('operator', 'admin') && context.isForAll ? [
      ['Its own', point => size(point, 'exclusiveBytes'), 'number'],
      ['Shared', point => size(point, 'sharedBytes'), 'number']] : [],
    ...COLUMNS_OF_POINTS.slice(5),
    ...context.is('restore', 'admin') ? [['', point => make('div', {class: 'buttons'},
      button('Mount', () => mount(context, point, false), 'main', `Mount ${point.id} read-only`),
      button('Mount writable', () => mount(context, point, true), '', `Mount ${point.id} writable`))]] : [],
  ];
}

export async function vm(context, namespace, id) {
  const measures = context.is('operator', 'admin') && context.isForAll;
  const [{vm, points}, mounts, before] = await Promise.all([
    timeLine(namespace, id), maybe(get('/mounts')), measures ? measuredBefore() : new Map()]);
  if (points.length === 0) {
    context.fill(make('h1', {}, 'VM'), make('p', {class: 'notice'}, 'There is no restore point of this VM.'));
    return;
  }
  const sizes = new Map(before);
  const own = (mounts?.mounts ?? []).filter(each => each.vm.id === id && each.vm.namespace === namespace);
  const list = pages(`Restore points of ${vm.name}`, points, columns(context, sizes));
  const measureShown = button('Measure what is each one’s own', async () => {
    say('Measuring …');
    (await measure(list.shown().slice(-MEASURED_AT_ONCE))).forEach((size, point) => sizes.set(point, size));
    list.again();
    say('Measured: its own is what forgetting it alone would free.');
  });
  context.fill(
    make('p', {}, make('a', {href: '#/vms'}, 'All VMs')),
    make('h1', {}, vm.name),
    make('p', {class: 'quiet'}, `Namespace ${namespace}, host ${vm.host}, id `, make('code', {}, id)),
    timeline(points, list.show),
    own.length ? [make('h2', {}, 'Mounted now'), mountTable(context, own)] : [],
    make('h2', {}, `${number(points.length)} restore points`),
    list.element,
    make('p', {class: 'buttons'}, measures ? measureShown : null));
}
