import {get, maybe, metrics, post} from './api.js';
import {growth} from './chart.js';
import {badge, button, bytes, days, make, number, refill, sure, tell, time} from './dom.js';
import {jobsTable, sessionsTable} from './tasks.js';

/** Events tell what changes by the second; what is stored changes slowly, and takes the server some work. */
const SLOW_MILLISECONDS = 30_000;

let last;

/** Bytes a second that were sent since the page looked last. */
function sent(values) {
  const now = {at: performance.now(), bytes: values.get('dozo_served_bytes_total')};
  const before = last;
  last = now;
  return before && now.bytes >= before.bytes ? (now.bytes - before.bytes) * 1000 / (now.at - before.at) : 0;
}

function tile(title, value, more) {
  return make('div', {}, make('dt', {}, title), make('dd', {}, value), more ? make('dd', {class: 'small'}, more) : null);
}

/** Has the server believe its clock again, if the browser's shows the same. */
async function confirmClock(context) {
  const {now} = await get('/clock');
  if (await sure('Is this the time?', `The server's clock shows ${new Date(now).toLocaleString()}. Once it is believed, restore points are forgotten again, and leave the trash.`, 'It is right')) {
    tell(await post('/clock/confirm', {time: new Date().toISOString()}), 'The clock is believed again');
    await context.again();
  }
}

/** What looks worse than to be watched. */
const BAD = ['odd-data', 'damaged', 'broken-files', 'full'];

function warningsOf(context, warnings, values) {
  const lost = values?.get('dozo_audit_lost_total') > 0
    ? [{kind: 'audit', text: 'Entries are missing in the audit log, because it could not be written.'}] : [];
  return [...warnings, ...lost].map(warning => make('div', {class: `notice ${BAD.includes(warning.kind) ? 'bad' : 'warn'}`},
    make('p', {},
      warning.text,
      warning.vm ? [' ', make('a', {href: `#/vm/${encodeURIComponent(warning.vm.namespace)}/${warning.vm.id}`}, warning.vm.name)] : '',
      warning.restorePoint ? [' ', make('a', {href: `#/point/${warning.restorePoint}`}, 'Look at it')] : '',
      warning.kind === 'approval' ? [' ', make('a', {href: '#/approvals'}, 'See what')] : ''),
    warning.shields && context.is('admin') ? button('I have seen it', async () => {
      if (await sure('Acknowledge?', 'Restore points of this VM may be forgotten by policy again.', 'Acknowledge')) {
        tell(await post(`/warnings/${warning.restorePoint}/acknowledge`, {}), 'Acknowledged');
        await context.again();
      }
    }, '', `Acknowledge ${warning.restorePoint}`) : null,
    // Of no VM: it is the server's own clock that jumped.
    warning.kind === 'clock' && !warning.vm && context.is('admin') ? button('Look at the time', () => confirmClock(context)) : null));
}

function contentTiles({content, stored}) {
  if (stored.bytes === 0) return [];
  const {sizeBytes, dataBytes, newBytes, storedBytes} = content;
  return [
    tile('Protected', bytes(sizeBytes), `${bytes(dataBytes)} without holes, ${(dataBytes / stored.bytes).toFixed(1)} times what is stored`),
    tile('Deduplicated', `${(dataBytes / Math.max(newBytes, 1)).toFixed(1)}×`, `then compressed ${(newBytes / Math.max(storedBytes, 1)).toFixed(1)}×`)];
}

function roomTiles({room, stored, dailyBytes, fullInDays}) {
  return [
    tile('Stored', bytes(stored.bytes), `${number(stored.packs)} packs`),
    tile('Free', bytes(room.usableBytes), `of ${bytes(room.totalBytes)}, ${(100 * room.usableBytes / room.totalBytes).toFixed(0)} %`),
    tile('Growth', dailyBytes === undefined ? '–' : `${bytes(dailyBytes)} a day`,
      fullInDays === undefined ? 'no forecast yet' : `room for ${days(fullInDays)}`)];
}

export async function overview(context) {
  const [{vms}, warned, values, repository] = await Promise.all([
    get('/vms'), maybe(get('/warnings')), maybe(metrics()), maybe(get('/repository'))]);
  const points = vms.reduce((sum, vm) => sum + vm.restorePoints, 0);
  const newest = vms.map(vm => vm.latest).sort().at(-1);
  const warnings = warned ? warningsOf(context, warned.warnings, values) : [];
  const received = make('dd', {}, '0 B/s');
  const work = make('div', {});
  context.fill(
    make('h1', {}, 'Overview'),
    warnings,
    make('dl', {class: 'tiles'},
      warned ? tile('Health', warnings.length === 0 ? badge('sound', 'good') : badge(`${warnings.length} to look at`, warnings.some(each => each.classList.contains('bad')) ? 'bad' : 'warn')) : null,
      tile('VMs', number(vms.length)),
      tile('Restore points', number(points), newest ? make('span', {}, 'newest ', time(newest)) : null),
      repository ? [contentTiles(repository), roomTiles(repository)] : null,
      context.is('operator', 'admin') ? make('div', {}, make('dt', {}, 'Throughput now'), received,
        make('dd', {class: 'small'}, values ? `received; ${bytes(Math.round(sent(values)))}/s sent` : 'received')) : null),
    repository && repository.stored.bytes > 0 ? [make('h2', {}, 'Growth'), growth(repository)] : [],
    work);
  context.hear(({sessions = [], jobs = []}) => {
    received.textContent = `${bytes(sessions.reduce((sum, session) => sum + session.bytesPerSecond, 0))}/s`;
    const running = jobs.filter(job => job.state === 'running');
    refill(work,
      make('h2', {}, 'Backups under way'), sessionsTable(sessions),
      running.length ? [make('h2', {}, 'Tasks that run'), jobsTable(context, running)] : []);
  });
  context.live(SLOW_MILLISECONDS);
}
