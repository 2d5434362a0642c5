import {get, post, put, remove} from './api.js';
import {badge, button, copy, facts, form, make, say, sure, table, time} from './dom.js';
import {roles} from './tokens.js';

const newPassword = label => {
  const input = make('input', {type: 'password', name: 'new-password', autocomplete: 'new-password', required: true});
  return [input, make('label', {}, label, input)];
};

function adding(context) {
  const name = make('input', {name: 'name', required: true, maxlength: 100, autocomplete: 'off'});
  const role = roles(['restore', 'operator', 'admin']);
  const namespace = make('input', {name: 'namespace', autocomplete: 'off'});
  const [password, label] = newPassword('Their first password');
  return form(async () => {
    await post('/users', {name: name.value, role: role.value, password: password.value, ...(namespace.value ? {namespace: namespace.value} : {})});
    say(`Added ${name.value}`);
    await context.again();
  },
  make('label', {}, 'Name', name), make('label', {}, 'Role', role),
  make('label', {}, 'Only for VMs of this namespace (empty: all)', namespace), label,
  make('p', {}, make('button', {class: 'main'}, 'Add the user')));
}

export async function users(context) {
  const list = (await get('/users')).users;
  context.fill(
    make('h1', {}, 'Users'),
    make('p', {class: 'quiet'}, 'People, who log in by a password. Programs have tokens.'),
    table('Users', [
      ['Name', user => user.name],
      ['Role', user => user.role],
      ['For', user => user.namespace ? `namespace ${user.namespace}` : user.vms ? `${user.vms.length} VMs` : 'all VMs'],
      ['Added', user => time(user.created)],
      ['One-time codes', user => user.totp ? badge('yes', 'good') : badge('no', 'warn')],
      ['', user => make('div', {class: 'buttons'},
        user.totp ? button('End one-time codes', async () => {
          if (await sure(`End the one-time codes of ${user.name}?`, 'The password alone lets them in then.', 'End them')) {
            await remove(`/users/${user.id}/totp`);
            await context.again();
          }
        }, 'danger', `End the one-time codes of ${user.name}`) : null,
        button('Remove', async () => {
          if (await sure(`Remove ${user.name}?`, 'They are logged out at once.', 'Remove')) {
            await remove(`/users/${user.id}`);
            say('Removed');
            await context.again();
          }
        }, 'danger', `Remove ${user.name}`))],
    ], list, 'There is none.'),
    make('h2', {}, 'A new user'),
    adding(context));
}

function password(context) {
  const before = make('input', {type: 'password', name: 'before', autocomplete: 'current-password', required: true});
  const [next, label] = newPassword('The new one');
  return [make('h2', {}, 'Password'),
    form(async () => {
      await put(`/users/${context.me.id}/password`, {before: before.value, password: next.value});
      say('Changed: you are logged out everywhere.');
      await context.again();
    }, make('label', {}, 'The password until now', before), label,
    make('p', {}, make('button', {}, 'Change the password')))];
}

function codes(context) {
  const place = make('div', {});
  const path = `/users/${context.me.id}/totp`;
  const offer = async () => {
    const {uri} = await post(path);
    const code = make('input', {name: 'code', inputmode: 'numeric', pattern: '[0-9]{6}', maxlength: 6, autocomplete: 'one-time-code', required: true});
    place.replaceChildren(
      make('p', {}, 'Give this key to an authenticator: ', copy(uri)),
      facts([['Key', make('code', {id: 'totp-key'}, new URL(uri).searchParams.get('secret'))], ['Or all of it', make('code', {}, uri)]]),
      form(async () => {
        await put(path, {code: code.value});
        say('From now on a one-time code is asked for.');
        place.replaceChildren();
      }, make('label', {}, 'The code that it shows', code), make('p', {}, make('button', {class: 'main'}, 'Confirm'))));
    code.focus();
  };
  return [make('h2', {}, 'One-time codes'),
    make('p', {class: 'quiet'}, 'With them a password that somebody has seen is of no use alone.'),
    make('div', {class: 'buttons'},
      button('Set up one-time codes', offer, 'main'),
      button('End one-time codes', async () => {
        if (await sure('End your one-time codes?', 'The password alone lets you in then.', 'End them')) {
          await remove(path);
          say('Ended');
        }
      }, 'danger')),
    place];
}

/** What somebody who logged in by a password may change about it. */
export async function account(context) {
  context.fill(
    make('h1', {}, 'Your account'),
    facts([['Name', context.me.name], ['Role', context.me.role], ['For', context.me.namespace ? `namespace ${context.me.namespace}` : context.me.vms ? `${context.me.vms.length} VMs` : 'all VMs']]),
    context.me.csrf ? [password(context), codes(context)] : make('p', {class: 'notice'}, 'You are here by a token, which has no password.'));
}
