import {get, remove} from './api.js';
import {badge, button, bytes, make, say, sure, table, time} from './dom.js';

/** Lines to be pasted where the mount is. */
function lines(mount) {
  const disk = `${mount.path}/disk0.vhdx`;
  const qemu = mount.writable
    ? `qemu-system-x86_64 -m 2G -drive file=${disk},format=vhdx,cache=writeback`
    : `qemu-system-x86_64 -m 2G -drive file=${disk},format=vhdx,snapshot=on`;
  const share = `[${mount.vm.name || 'dozo'}]\n  path = ${mount.path}\n  read only = ${mount.writable ? 'no' : 'yes'}`;
  const copy = text => button('Copy', async () => {
    await navigator.clipboard.writeText(text);
    say('Copied');
  });
  return make('details', {}, make('summary', {}, 'Use it'),
    make('p', {}, 'Boot it with qemu: ', copy(qemu)), make('pre', {tabindex: '0'}, qemu),
    make('p', {}, 'Share it with Samba, for Hyper-V: ', copy(share)), make('pre', {tabindex: '0'}, share));
}

export function mountTable(context, mounts) {
  return table('Mounts', [
    ['Path', mount => make('div', {}, make('code', {}, mount.path), mount.state === 'dead' ? null : lines(mount))],
    ['VM', mount => mount.vm.name || 'all'],
    ['State', mount => badge(mount.overlayState && mount.overlayState !== 'sound' ? `${mount.state}, ${mount.overlayState}` : mount.state, mount.state === 'dead' ? 'bad' : 'good')],
    ['Form', mount => mount.writable ? 'writable' : 'read-only'],
    ['Since', mount => time(mount.since)],
    ['For', mount => mount.token ?? mount.begunBy],
    ['', mount => button('Unmount', async () => {
      const more = mount.writable ? ' What was written to it stays in its overlay.' : '';
      if (await sure(`Unmount ${mount.path}?`, `Whoever uses it loses it at once.${more}`, 'Unmount')) {
        await remove(`/mounts/${encodeURIComponent(mount.id)}`);
        say('Unmounted');
        await context.again();
      }
    }, 'danger', `Unmount ${mount.path}`)],
  ], mounts, 'Nothing is mounted on the server.');
}

export async function mounts(context) {
  const [list, overlays] = await Promise.all([get('/mounts'), get('/overlays')]);
  context.fill(
    make('h1', {}, 'Mounts'),
    mountTable(context, list.mounts),
    make('h2', {}, 'Overlays'),
    make('p', {class: 'quiet'}, 'What was written to writable mounts. Commit one with: dozo overlay commit NAME.'),
    table('Overlays', [
      ['Overlay', overlay => make('code', {}, overlay.name)],
      ['VM', overlay => overlay.vm],
      ['Over restore point', overlay => make('code', {}, overlay.restorePoint)],
      ['Made', overlay => time(overlay.created)],
      ['Stored', overlay => bytes(overlay.storedBytes), 'number'],
      ['', overlay => overlay.mounted ? badge('mounted', 'good') : button('Discard', async () => {
        if (await sure(`Discard ${overlay.name}?`, 'What was written to it is gone for good.', 'Discard')) {
          await remove(`/overlays/${overlay.id}`);
          say('Discarded');
          await context.again();
        }
      }, 'danger', `Discard ${overlay.name}`)],
    ], overlays.overlays, 'There is none.'));
  context.live();
}
