import {get, maybe, remove} from './api.js';
import {badge, button, bytes, copy, form, make, say, sure, table, time} from './dom.js';
import {begin} from './tasks.js';

/** Lines to be pasted where the mount is used. */
function lines(mount, shown) {
  const drives = shown.map(file => `-drive file=${mount.path}/${file},format=${file.split('.').at(-1)},${mount.writable ? 'cache=writeback' : 'snapshot=on'}`);
  const name = mount.path.split('/').at(-1);
  const share = `[${name}]\n  path = ${mount.path}\n  read only = ${mount.writable ? 'no' : 'yes'}\n  strict sync = yes\n  oplocks = no\n  level2 oplocks = no`;
  const disk = `\\\\${location.hostname}\\${name}\\${shown[0]}`;
  const machine = `New-VM -Name ${name} -Generation 2 -MemoryStartupBytes 4GB -VHDPath`;
  const hyperV = mount.writable ? `${machine} ${disk}`
    : `New-VHD -Path C:\\Restore\\${name}.vhdx -ParentPath ${disk} -Differencing\n${machine} C:\\Restore\\${name}.vhdx`;
  const line = (title, text) => [make('p', {}, `${title} `, copy(text)), make('pre', {tabindex: '0'}, text)];
  return make('details', {}, make('summary', {}, 'Use it'),
    line('Boot it with qemu, on the server:', `qemu-system-x86_64 -m 4G ${drives.join(' ')}`),
    line('Share it with Samba (smb.conf of the server):', share),
    shown[0].endsWith('.vhdx') ? line('Boot it on Hyper-V, from that share (PowerShell):', hyperV) : []);
}

/** The files that disks are shown as: what the overlay says, or the VHDX that each mount has. */
function shownBy(mount, overlays) {
  const overlay = overlays.find(each => each.name === mount.overlay);
  return overlay ? overlay.disks : (mount.disks ?? []).map(disk => `${disk}.vhdx`);
}

export function mountTable(context, mounts, overlays = []) {
  const use = mount => mount.state === 'dead' || shownBy(mount, overlays).length === 0 ? null : lines(mount, shownBy(mount, overlays));
  return table('Mounts', [
    ['Path', mount => make('div', {}, make('code', {}, mount.path), use(mount))],
    ['VM', mount => mount.vm.name || 'all'],
    ['State', stateOf],
    ['Form', formOf],
    ['Since', mount => time(mount.since)],
    ['For', mount => mount.token ?? mount.begunBy],
    ['', mount => context.is('restore', 'admin') ? button('Unmount', () => unmount(context, mount), 'danger', `Unmount ${mount.path}`) : ''],
  ], mounts, 'Nothing is mounted on the server.');
}

const stateOf = mount =>
  badge(mount.overlayState && mount.overlayState !== 'sound' ? `${mount.state}, ${mount.overlayState}` : mount.state, mount.state === 'dead' ? 'bad' : 'good');
const formOf = mount => mount.writable ? `writable, overlay ${mount.overlay}` : 'read-only';

/** What qemu is told, for each disk that an NBD export has. */
function drives(served) {
  const uris = (served.disks ?? []).map(disk => served.uri.replace('?', `/${disk}?`));
  const text = `qemu-system-x86_64 -m 4G ${uris.map(uri => `-drive 'file=${uri},format=raw${served.writable ? ',cache=writeback' : ',snapshot=on'}'`).join(' ')}`;
  return make('details', {}, make('summary', {'aria-label': `Use ${served.uri}`}, 'Use it'),
    make('p', {}, 'Boot it with qemu, on the server: ', copy(text)), make('pre', {tabindex: '0'}, text));
}

function exportTable(context, exports) {
  return table('Served by NBD', [
    ['Address', served => make('div', {}, make('code', {}, served.uri), served.state === 'dead' || !served.disks?.length ? null : drives(served))],
    ['VM', served => served.vm.name],
    ['State', stateOf],
    ['Form', formOf],
    ['Since', served => time(served.since)],
    ['For', served => served.token ?? served.begunBy],
    ['', served => context.is('restore', 'admin') ? button('End', () => endExport(context, served), 'danger', `End ${served.uri}`) : ''],
  ], exports, 'Nothing is served by NBD on the server.');
}

async function endExport(context, served) {
  const more = served.writable ? ' What was written to it stays in its overlay.' : '';
  if (!await sure(`End ${served.uri}?`, `This is refused while somebody is connected.${more}`, 'End it')) return;
  await remove(`/nbd-exports/${encodeURIComponent(served.id)}`);
  say('Ended');
  await context.again();
}

async function unmount(context, mount) {
  const more = mount.writable ? ' What was written to it stays in its overlay.' : '';
  if (!await sure(`Unmount ${mount.path}?`, `Whoever uses it loses it at once.${more}`, 'Unmount')) return;
  await remove(`/mounts/${encodeURIComponent(mount.id)}`);
  say('Unmounted');
  await context.again();
}

async function commit(overlay) {
  if (await sure(`Commit ${overlay.name}?`, 'What it is now becomes a new restore point of the VM. The overlay stays until it is discarded.', 'Commit')) {
    await begin(`/overlays/${overlay.id}/commit`, {});
  }
}

async function discard(context, overlay) {
  if (await sure(`Discard ${overlay.name}?`, 'What was written to it is gone for good.', 'Discard')) {
    await remove(`/overlays/${overlay.id}`);
    say('Discarded');
    await context.again();
  }
}

/** Where a disk is to be copied to; of one that is mounted, the copy follows until it is switched. */
function exporting(overlay) {
  const nameOf = file => file.replace(/\.(vhdx|raw)$/, '');
  const disk = make('select', {name: 'disk'}, overlay.disks.map(file => make('option', {value: file}, file)));
  const file = make('input', {name: 'file', value: `${overlay.name}-${overlay.disks[0]}`, maxlength: 100, autocomplete: 'off', pattern: '[A-Za-z0-9_][A-Za-z0-9._\\-]*'});
  disk.addEventListener('change', () => { file.value = `${overlay.name}-${disk.value}`; });
  const path = `/overlays/${overlay.id}/export`;
  return make('details', {}, make('summary', {'aria-label': `Export ${overlay.name}`}, 'Export'),
    form(() => begin(path, {disk: nameOf(disk.value), file: file.value}),
      make('label', {}, 'Disk', disk),
      make('label', {}, 'File in the server’s directory of exports', file),
      make('div', {class: 'buttons'},
        make('button', {}, overlay.mounted ? 'Copy, and follow the guest' : 'Copy'),
        overlay.mounted ? button('End the copy', async () => {
          if (await sure('End the copy?', 'Shut the guest down first: the mount takes no more writes, and the copy gets its name.', 'End the copy')) {
            await begin(path, {disk: nameOf(disk.value), switch: true});
          }
        }) : null)));
}

export async function mounts(context) {
  const [list, {exports}, overlays] = await Promise.all([get('/mounts'), get('/nbd-exports'), maybe(get('/overlays'))]);
  const known = overlays?.overlays ?? [];
  context.fill(
    make('h1', {}, 'Mounts'),
    mountTable(context, list.mounts, known),
    make('h2', {}, 'NBD exports'),
    exportTable(context, exports),
    make('h2', {}, 'Overlays'),
    make('p', {class: 'quiet'}, 'What was written to writable mounts: commit it as a new restore point, export a disk to a file of the server, or discard it.'),
    table('Overlays', [
      ['Overlay', overlay => make('code', {}, overlay.name)],
      ['VM', overlay => overlay.vm],
      ['Over restore point', overlay => make('a', {href: `#/point/${overlay.restorePoint}`}, make('code', {}, overlay.restorePoint))],
      ['Made', overlay => time(overlay.created)],
      ['Stored', overlay => bytes(overlay.storedBytes), 'number'],
      ['', overlay => make('div', {},
        overlay.mounted ? badge('mounted', 'good') : null,
        context.is('admin') ? make('div', {class: 'buttons'},
          context.isForAll && !overlay.mounted ? button('Commit', () => commit(overlay), 'main', `Commit ${overlay.name}`) : null,
          overlay.mounted ? null : button('Discard', () => discard(context, overlay), 'danger', `Discard ${overlay.name}`)) : null,
        context.is('admin') && context.isForAll ? exporting(overlay) : null)],
    ], known, 'There is none.'));
  context.live();
}
