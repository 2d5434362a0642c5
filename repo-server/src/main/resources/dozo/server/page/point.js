import {get, load, post, remove} from './api.js';
import {badge, button, bytes, facts, form, make, save, say, sure, table, tell, time} from './dom.js';
import {consistency, verified} from './timeline.js';

/** What is shown of a file here; all of it is in the download. */
const SHOWN_BYTES = 256 << 10;

const ROW = 16;

/** A file as text, if it is text: a guest's bytes are never anything else on this page. */
function textOf(content) {
  const head = new Uint8Array(content.slice(0, SHOWN_BYTES));
  const encoding = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    // What was cut off in the midst of a character is no fault.
    const text = new TextDecoder(encoding, {fatal: true}).decode(head, {stream: content.byteLength > SHOWN_BYTES});
    return /[\0-\x08\x0e-\x1f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function hexadecimal(content) {
  const head = new Uint8Array(content.slice(0, 4096));
  const rows = [];
  for (let at = 0; at < head.length; at += ROW) {
    const row = [...head.slice(at, at + ROW)];
    const digits = row.map(each => each.toString(16).padStart(2, '0')).join(' ').padEnd(3 * ROW);
    rows.push(`${at.toString(16).padStart(6, '0')}  ${digits} ${row.map(each => each >= 32 && each < 127 ? String.fromCharCode(each) : '.').join('')}`);
  }
  return rows.join('\n');
}

function filesOf(context, point) {
  if (point.files.length === 0) return [];
  const shown = make('div', {tabindex: '-1', id: 'file'});
  const bring = name => load(`/restore-points/${point.id}/files/${encodeURIComponent(name)}`);
  const view = async file => {
    const content = await bring(file.name);
    const text = textOf(content);
    const part = content.byteLength > (text === undefined ? 4096 : SHOWN_BYTES) ? ', its beginning' : '';
    shown.replaceChildren(
      make('h3', {}, `${file.name}${text === undefined ? ', which is no text' : ''}${part}`),
      make('pre', {tabindex: '0', class: 'file'}, text === undefined ? hexadecimal(content) : pretty(text)));
    shown.focus();
  };
  return [
    make('h2', {}, 'Configuration files'),
    table('Configuration files', [
      ['Name', file => make('code', {}, file.name)],
      ['Size', file => bytes(file.sizeBytes), 'number'],
      ['', file => context.is('restore', 'admin') ? make('div', {class: 'buttons'},
        button('View', () => view(file), '', `View ${file.name}`),
        button('Download', async () => save(file.name, await bring(file.name)), '', `Download ${file.name}`)) : ''],
    ], point.files, ''),
    shown];
}

function evidence({consistency: found, health}) {
  const share = value => `${(100 * value).toFixed(1)} %`;
  return [
    make('h2', {}, 'Consistency and health'),
    facts([
      ['Consistency', make('span', {}, consistency(found), found.asked === found.achieved ? '' : ` instead of ${found.asked}: ${found.reason ?? ''}`)],
      ['By', found.mechanism],
      ['Frozen', found.frozenAt && time(found.frozenAt)],
      ['Thawed', found.thawedAt && time(found.thawedAt)],
      ['New of its data', health && `${share(health.newShare)}${health.usual ? `, usually ${share(health.usual.newShare)}` : ''}`],
      ['Left by compression', health && `${share(health.storedShare)}${health.usual ? `, usually ${share(health.usual.storedShare)}` : ''}`],
    ]),
    health?.odd ? make('p', {class: 'notice bad'}, health.odd) : null,
    found.writers?.length ? table('VSS writers', [['Writer', writer => writer.name], ['State', writer => writer.state]], found.writers, '') : null];
}

function mounting(context, point) {
  const kind = make('select', {name: 'kind'},
    make('option', {value: ''}, 'read-only'), make('option', {value: 'writable'}, 'writable, through an overlay'));
  const face = make('select', {name: 'face'},
    ['usual', 'vhdx', 'raw', 'qcow2', 'vmdk', 'vhd'].map(each => make('option', {value: each}, each)), make('option', {value: 'nbd'}, 'NBD, without files'));
  const overlay = make('input', {name: 'overlay', autocomplete: 'off', placeholder: 'the usual one'});
  const limit = make('input', {name: 'limit', autocomplete: 'off', placeholder: 'what the disk has room for', pattern: '[0-9]+[KMGT]?'});
  const identity = make('input', {type: 'checkbox', name: 'newIdentity'});
  return [
    make('h2', {}, 'Mount it on the server'),
    form(async () => {
      if (face.value === 'nbd') {
        if (identity.checked) throw new Error('Disks that are served by NBD are raw, and have no identities of their own.');
        say('Beginning …');
        const served = await post('/nbd-exports', {
          restorePoint: point.id,
          ...(kind.value ? {writable: {...(overlay.value ? {overlay: overlay.value} : {}), ...(limit.value ? {limit: limit.value} : {})}} : {}),
        });
        say(`Served at ${served.uri}`);
        location.hash = '#/mounts';
        return;
      }
      say('Mounting …');
      const common = identity.checked ? {newIdentity: true} : {};
      const chosen = face.value === 'usual' ? undefined : face.value;
      const made = await post('/mounts', {
        restorePoint: point.id,
        ...(kind.value
          ? {writable: {...common, ...(chosen ? {face: chosen} : {}), ...(overlay.value ? {overlay: overlay.value} : {}), ...(limit.value ? {limit: limit.value} : {})}}
          : {...common, ...(chosen ? {faces: [chosen]} : {})}),
      });
      say(`Mounted at ${made.path}`);
      location.hash = '#/mounts';
    },
    make('div', {class: 'fields'},
      make('label', {}, 'How', kind), make('label', {}, 'Disks as', face),
      make('label', {}, 'Name of the overlay, if writable', overlay), make('label', {}, 'It may hold at most, such as 50G', limit)),
    make('label', {class: 'check'}, identity, ' With identities of its own, to run beside the original'),
    make('p', {}, make('button', {class: 'main'}, 'Mount')))];
}

function keeping(context, point) {
  const until = make('input', {type: 'date', name: 'until'});
  const note = make('input', {name: 'note', maxlength: 1000, autocomplete: 'off'});
  return [
    make('h2', {}, 'Keep it'),
    make('p', {class: 'quiet'}, 'Restore points are forgotten by policy only; one that is pinned or held is not. ',
      make('a', {href: '#/retention'}, 'Retention')),
    table('Pins and holds', [
      ['Kind', pin => pin.until ? make('span', {}, 'held until ', time(pin.until)) : badge('pinned', 'good')],
      ['Why', pin => pin.note], ['By', pin => pin.setBy], ['Since', pin => time(pin.set)],
      ['', pin => context.is('admin') ? button('Take away', async () => {
        if (await sure('Take it away?', 'Policies may forget this restore point then.', 'Take away')) {
          tell(await remove(`/pins/${pin.id}`), 'Taken away');
          await context.again();
        }
      }, 'danger', `Take away the ${pin.until ? 'hold' : 'pin'} ${pin.id}`) : ''],
    ], point.pins ?? [], 'It is neither pinned nor held.'),
    form(async () => {
      await post('/pins', {restorePoint: point.id, note: note.value, ...(until.value ? {until: `${until.value}T00:00:00Z`} : {})});
      say(until.value ? `Held until ${until.value}` : 'Pinned');
      await context.again();
    },
    make('div', {class: 'fields'},
      make('label', {}, 'Until (empty: for good)', until), make('label', {}, 'Why', note)),
    make('p', {}, make('button', {}, 'Keep it')))];
}

export async function point(context, id) {
  const shown = await get(`/restore-points/${encodeURIComponent(id)}`);
  const isTold = context.me.role !== 'backup';
  context.fill(
    make('p', {}, make('a', {href: `#/vm/${encodeURIComponent(shown.vm.namespace)}/${shown.vm.id}`}, `All of ${shown.vm.name}`)),
    make('h1', {}, 'Restore point of ', shown.vm.name),
    facts([
      ['Created', time(shown.created)],
      ['Id', make('code', {}, shown.id)],
      ['Size of its disks', bytes(shown.sizeBytes)],
      ['Data in them', isTold ? bytes(shown.dataBytes) : undefined],
      ['Newly stored', isTold ? bytes(shown.statistics.storedBytes) : undefined],
      ['Verified', isTold ? verified(shown.verification) : undefined],
    ]),
    isTold ? evidence(shown) : [],
    make('h2', {}, 'Disks'),
    table('Disks', [
      ['Name', disk => make('code', {}, disk.name)],
      ['Size', disk => bytes(disk.sizeBytes), 'number'],
      ['Data', disk => bytes(disk.dataBytes), 'number'],
      ['Sectors', disk => `${disk.logicalSectorBytes} / ${disk.physicalSectorBytes}`],
      ['Identity', disk => make('code', {}, disk.identity)],
    ], shown.disks, 'It has none.'),
    filesOf(context, shown),
    context.is('restore', 'admin') ? mounting(context, shown) : [],
    context.is('operator', 'admin') ? keeping(context, shown) : [],
    Object.keys(shown.attributes).length ? make('details', {}, make('summary', {}, 'Attributes'), facts(Object.entries(shown.attributes))) : null);
}
