// Which page is shown, and to whom.

import {forgetToken, get, hasToken, Problem, setToken} from './api.js';
import {make, say} from './dom.js';
import {audit} from './audit.js';
import {mounts} from './mounts.js';
import {overview} from './overview.js';
import {retention} from './retention.js';
import {tasks} from './tasks.js';
import {tokens} from './tokens.js';
import {vm, vms} from './vms.js';

const PAGES = [
  ['overview', 'Overview', overview],
  ['vms', 'VMs', vms],
  ['mounts', 'Mounts', mounts],
  ['tasks', 'Tasks', tasks],
  ['retention', 'Retention', retention],
  ['tokens', 'Tokens', tokens],
  ['audit', 'Audit log', audit],
];

/** How often a page that shows what goes on is filled anew. */
const REFRESH_MILLISECONDS = 3000;

const main = document.getElementById('main');
const nav = document.getElementById('nav');
let shown = 0;
let timer;

function login(why) {
  forgetToken();
  nav.hidden = true;
  document.getElementById('session').hidden = true;
  document.title = 'Log in – Dozo';
  const input = make('input', {type: 'password', name: 'token', autocomplete: 'off', spellcheck: 'false', required: true});
  main.replaceChildren(
    make('h1', {}, 'Log in'),
    why ? make('p', {class: 'notice bad', role: 'alert'}, why) : '',
    make('form', {
      submit: async event => {
        event.preventDefault();
        setToken(input.value.trim());
        try {
          await get('/vms');
          await show(true);
        } catch (problem) {
          login(problem.status === 401 ? 'This token is not known here, or has expired.' : problem.message);
        }
      }},
      make('label', {}, 'Token', input),
      make('p', {class: 'quiet'}, 'Made by: dozo token create --role admin NAME. It is kept until this tab is closed.'),
      make('p', {}, make('button', {class: 'main'}, 'Log in'))));
  input.focus();
}

function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  if (name === 'vm' && rest.length === 2) return {name: 'vms', title: 'VM', render: context => vm(context, ...rest)};
  const [id, title, render] = PAGES.find(([each]) => each === name) ?? PAGES[0];
  return {name: id, title, render};
}

function menu(current) {
  nav.replaceChildren(...PAGES.map(([id, title]) =>
    make('a', {href: `#/${id}`, 'aria-current': id === current ? 'page' : null}, title)));
  nav.hidden = false;
  document.getElementById('session').hidden = false;
}

/** Shows the page that the address names; a new one is told to screen readers by its focus. */
async function show(isNew) {
  clearTimeout(timer);
  if (!hasToken()) {
    login();
    return;
  }
  const turn = ++shown;
  const page = route();
  menu(page.name);
  document.title = `${page.title} – Dozo`;
  if (isNew) {
    main.replaceChildren(make('h1', {}, page.title), make('p', {class: 'quiet'}, 'Loading …'));
    main.focus({preventScroll: true});
    scrollTo(0, 0);
  }
  const isCurrent = () => turn === shown;
  const context = {
    isCurrent,
    /** Fills the page, unless another has been chosen since. */
    fill: (...content) => { if (isCurrent()) main.replaceChildren(...content.flat()); },
    again: () => show(false),
    /** Has the page filled anew soon, while nobody is typing in it or has chosen something there. */
    live: () => {
      if (!isCurrent()) return;
      timer = setTimeout(() => {
        if (main.contains(document.activeElement) && document.activeElement !== main || document.querySelector('dialog[open]')) context.live();
        else show(false);
      }, REFRESH_MILLISECONDS);
    },
  };
  try {
    await page.render(context);
  } catch (problem) {
    if (!isCurrent()) return;
    if (problem instanceof Problem && problem.status === 401) {
      login('You have been logged out: the token is not known here any more.');
    } else if (problem instanceof Problem && problem.status === 403) {
      context.fill(make('h1', {}, page.title), make('p', {class: 'notice'}, 'A token of this role does not show this page.'));
    } else {
      context.fill(make('h1', {}, page.title), make('p', {class: 'notice bad', role: 'alert'}, problem.message));
      context.live();
      if (!(problem instanceof Problem)) throw problem;
    }
  }
}

document.getElementById('leave').addEventListener('click', () => login());
addEventListener('hashchange', () => show(true));
addEventListener('unhandledrejection', event => say(String(event.reason?.message ?? event.reason)));
show(true);
