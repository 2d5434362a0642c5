import {get, maybe, metrics} from './api.js';
import {badge, bytes, make, number, time} from './dom.js';
import {sessionsTable} from './tasks.js';

let last;

/** Bytes a second since the page looked last. */
function throughput(values) {
  const now = {at: performance.now(), bytes: values.get('dozo_received_bytes_total') + values.get('dozo_served_bytes_total')};
  const before = last;
  last = now;
  return before && now.bytes >= before.bytes ? (now.bytes - before.bytes) * 1000 / (now.at - before.at) : 0;
}

function tile(title, value, more) {
  return make('div', {}, make('dt', {}, title), make('dd', {}, value), more ? make('dd', {class: 'small'}, more) : null);
}

function warnings(values) {
  const found = [];
  const damaged = ['packs_unreadable', 'segments_damaged', 'manifests_damaged']
    .map(name => values.get(`dozo_repository_${name}`)).reduce((sum, each) => sum + each, 0);
  if (damaged > 0) found.push(['bad', 'Stored data is damaged. Verify the repository, and back up again what it names.']);
  const free = values.get('dozo_repository_free_bytes') / values.get('dozo_repository_capacity_bytes');
  if (free < 0.1) found.push([free < 0.02 ? 'bad' : 'warn', `Only ${(free * 100).toFixed(1)} % of the file system is free.`]);
  if (values.get('dozo_audit_lost_total') > 0) found.push(['bad', 'Entries are missing in the audit log, because it could not be written.']);
  for (const kind of ['prune', 'sweep', 'verify']) {
    const failed = values.get(`dozo_jobs_ended_total{kind="${kind}",outcome="failed"}`);
    if (failed > 0) found.push(['warn', `A task failed since the server's start: ${kind}.`]);
  }
  return found;
}

export async function overview(context) {
  const [vms, sessions, values, repository] = await Promise.all([
    get('/vms'), maybe(get('/sessions')), maybe(metrics()), maybe(get('/repository'))]);
  const points = vms.vms.reduce((sum, vm) => sum + vm.restorePoints, 0);
  const newest = vms.vms.map(vm => vm.latest).sort().at(-1);
  const tiles = [
    tile('VMs', number(vms.vms.length)),
    tile('Restore points', number(points), newest ? make('span', {}, 'newest ', time(newest)) : null),
  ];
  let health = [];
  if (values) {
    health = warnings(values);
    const free = values.get('dozo_repository_free_bytes');
    const capacity = values.get('dozo_repository_capacity_bytes');
    tiles.unshift(tile('Health', health.length === 0 ? badge('sound', 'good')
      : badge(`${health.length} to look at`, health.some(([kind]) => kind === 'bad') ? 'bad' : 'warn')));
    tiles.push(
      tile('Stored', bytes(values.get('dozo_repository_packs_bytes')), `${number(values.get('dozo_repository_packs'))} packs`),
      tile('Free', bytes(free), `of ${bytes(capacity)}, ${(100 * free / capacity).toFixed(0)} %`),
      tile('Throughput now', `${bytes(Math.round(throughput(values)))}/s`, 'received and sent'),
      tile('Connections', number(values.get('dozo_connections')), `${number(values.get('dozo_jobs_running'))} tasks running`));
  }
  if (repository && repository.stored.bytes > 0) {
    const {sizeBytes, dataBytes, newBytes, storedBytes} = repository.content;
    tiles.push(
      tile('Protected', bytes(sizeBytes), `${bytes(dataBytes)} without holes, ${(dataBytes / repository.stored.bytes).toFixed(1)} times what is stored`),
      tile('Deduplicated', `${(dataBytes / Math.max(newBytes, 1)).toFixed(1)}×`, `then compressed ${(newBytes / Math.max(storedBytes, 1)).toFixed(1)}×`),
      tile('Growth', `${bytes(repository.dailyBytes ?? 0)} a day`,
        repository.fullInDays === undefined ? 'no forecast yet' : `room for ${number(repository.fullInDays)} days`));
  }
  context.fill(
    make('h1', {}, 'Overview'),
    health.map(([kind, text]) => make('p', {class: `notice ${kind}`}, text)),
    make('dl', {class: 'tiles'}, tiles),
    sessions ? [make('h2', {}, 'Backups under way'), sessionsTable(sessions.sessions)] : []);
  context.live();
}
