import {get, post, remove} from './api.js';
import {button, form, make, say, sure, table, time} from './dom.js';

const ROLES = {
  backup: 'backup: adds restore points, reads nothing',
  restore: 'restore: lists and reads',
  operator: 'operator: looks after the repository',
  admin: 'admin: all of it',
};

/** A choice of roles. */
export const roles = names => make('select', {name: 'role'}, names.map(value => make('option', {value}, ROLES[value])));

let secret;

function making(context) {
  const name = make('input', {name: 'name', required: true, maxlength: 100, autocomplete: 'off'});
  const role = roles(Object.keys(ROLES));
  const namespace = make('input', {name: 'namespace', autocomplete: 'off'});
  const expires = make('input', {name: 'expires', type: 'date'});
  return form(async () => {
    const made = await post('/tokens', {
      name: name.value,
      role: role.value,
      ...(namespace.value ? {namespace: namespace.value} : {}),
      ...(expires.value ? {expires: `${expires.value}T00:00:00Z`} : {}),
    });
    secret = {name: made.name, text: made.secret};
    await context.again();
    document.getElementById('secret')?.focus();
  },
  make('label', {}, 'Name, such as the host it is for', name),
  make('label', {}, 'Role', role),
  make('label', {}, 'Only for VMs of this namespace (empty: all)', namespace),
  make('label', {}, 'Of no use from this day on (empty: never)', expires),
  make('p', {}, make('button', {class: 'main'}, 'Make the token')));
}

export async function tokens(context) {
  const list = (await get('/tokens')).tokens;
  const made = secret;
  secret = undefined;
  context.fill(
    make('h1', {}, 'Tokens'),
    made ? make('div', {class: 'notice'},
      make('p', {}, `The token ${made.name}. It is shown this once:`),
      make('pre', {id: 'secret', tabindex: '0'}, made.text)) : '',
    table('Tokens', [
      ['Name', token => token.name],
      ['Role', token => token.role],
      ['For', token => [token.namespace ? `namespace ${token.namespace}` : '', token.vms ? `${token.vms.length} VMs` : ''].filter(Boolean).join(', ') || 'all VMs'],
      ['Made', token => time(token.created)],
      ['Expires', token => token.expires ? time(token.expires) : 'never'],
      ['Last use', token => time(token.lastUse)],
      ['', token => button('Revoke', async () => {
        if (await sure(`Revoke ${token.name}?`, 'Whoever uses it is cut off at once. This cannot be undone.', 'Revoke')) {
          await remove(`/tokens/${token.id}`);
          say('Revoked');
          await context.again();
        }
      }, 'danger', `Revoke ${token.name}`)],
    ], list, 'There is none.'),
    make('h2', {}, 'A new token'),
    making(context));
}
