// Which page is shown, and to whom.

import {forget, logOut, mayBeIn, Problem, who} from './api.js';
import {make, refill, say} from './dom.js';
import {follow, hearNoMore} from './events.js';
import {login} from './login.js';
import {account, users} from './users.js';
import {approvals} from './approvals.js';
import {audit} from './audit.js';
import {mounts} from './mounts.js';
import {notifications} from './notifications.js';
import {overview} from './overview.js';
import {point} from './point.js';
import {retention} from './retention.js';
import {task, tasks} from './tasks.js';
import {tokens} from './tokens.js';
import {vm, vms} from './vms.js';

const ALL = ['backup', 'restore', 'operator', 'admin'];

/** Name, title, who sees it, what shows it. */
const PAGES = [
  ['overview', 'Overview', ALL, overview],
  ['vms', 'VMs', ALL, vms],
  ['mounts', 'Mounts', ['restore', 'operator', 'admin'], mounts],
  ['tasks', 'Tasks', ['operator', 'admin'], tasks],
  ['retention', 'Retention', ['operator', 'admin'], retention],
  ['approvals', 'Approvals', ['operator', 'admin'], approvals],
  ['notifications', 'Notifications', ['operator', 'admin'], notifications],
  ['tokens', 'Tokens', ['admin'], tokens],
  ['users', 'Users', ['admin'], users],
  ['audit', 'Audit log', ['operator', 'admin'], audit],
];

/** Pages of one thing: whose entry of the menu they belong to, title, how many parts name it. */
const DETAILS = {
  vm: ['vms', 'VM', 2, vm],
  point: ['vms', 'Restore point', 1, point],
  task: ['tasks', 'Task', 1, task],
  account: ['', 'Your account', 0, account],
};

/** How often a page that shows what goes on is filled anew, unless events tell of it. */
const REFRESH_MILLISECONDS = 5000;

const main = document.getElementById('main');
const nav = document.getElementById('nav');
const session = document.getElementById('session');
let me;
let shown = 0;
let timer;
let leaving = [];

function askWhoItIs(why) {
  forget();
  hearNoMore();
  me = undefined;
  shown++;
  nav.hidden = true;
  session.hidden = true;
  login(main, why, user => {
    me = user;
    show(true);
  });
}

function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  const detail = Object.hasOwn(DETAILS, name) ? DETAILS[name] : undefined;
  if (detail && rest.length === detail[2]) return {menu: detail[0], title: detail[1], render: context => detail[3](context, ...rest)};
  const [id, title,, render] = PAGES.find(([each]) => each === name) ?? PAGES[0];
  return {menu: id, title, render};
}

function menu(current) {
  nav.replaceChildren(...PAGES.filter(([,, roles]) => roles.includes(me.role)).map(([id, title]) =>
    make('a', {href: `#/${id}`, 'aria-current': id === current ? 'page' : null}, title)));
  nav.hidden = false;
  session.hidden = false;
  document.getElementById('who').replaceChildren(
    // Only who logged in by a password has an account here.
    me.csrf ? make('a', {href: '#/account'}, me.name) : me.name, ` (${me.role})`);
}

function contextOf(page) {
  const turn = ++shown;
  const isCurrent = () => turn === shown;
  const context = {
    me,
    isCurrent,
    /** Whether they have one of these roles. */
    is: (...roles) => roles.includes(me.role),
    /** Whether they are for all VMs, as what concerns the whole repository takes. */
    isForAll: !me.namespace && !me.vms,
    /** Fills the page, unless another has been chosen since. */
    fill: (...content) => { if (isCurrent()) refill(main, ...content); },
    again: () => show(false),
    /** Hears of sessions and jobs for as long as the page is shown. */
    hear: listener => {
      if (isCurrent()) leaving.push(follow(known => { if (isCurrent()) listener(known); }));
    },
    /** Has the page filled anew soon, while nobody is typing in it or has chosen something there. */
    live: (after = REFRESH_MILLISECONDS) => {
      if (!isCurrent()) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const isBusy = document.activeElement?.closest('form, dialog') || document.querySelector('dialog[open], main details[open]');
        if (isBusy || document.hidden) context.live(after);
        else show(false);
      }, after);
    },
  };
  document.title = `${page.title} – Dozo`;
  return context;
}

/** Shows the page that the address names; a new one is told to screen readers by its focus. */
async function show(isNew) {
  clearTimeout(timer);
  leaving.forEach(leave => leave());
  leaving = [];
  if (!me) {
    if (!mayBeIn()) {
      askWhoItIs();
      return;
    }
    try {
      me = await who();
    } catch (problem) {
      if (problem.status === 401) {
        askWhoItIs();
      } else {
        main.replaceChildren(make('h1', {}, 'Dozo'), make('p', {class: 'notice bad', role: 'alert'}, problem.message));
        timer = setTimeout(() => show(true), REFRESH_MILLISECONDS);
      }
      return;
    }
  }
  const page = route();
  const context = contextOf(page);
  menu(page.menu);
  if (isNew) {
    main.replaceChildren(make('h1', {}, page.title), make('p', {class: 'quiet'}, 'Loading …'));
    main.focus({preventScroll: true});
    scrollTo(0, 0);
  }
  try {
    await page.render(context);
  } catch (problem) {
    if (!context.isCurrent()) return;
    if (problem instanceof Problem && problem.status === 401) {
      askWhoItIs('You have been logged out.');
    } else if (problem instanceof Problem && problem.status === 403) {
      context.fill(make('h1', {}, page.title), make('p', {class: 'notice'}, 'Your role, or the VMs that you are for, do not include this.'));
    } else {
      context.fill(make('h1', {}, page.title), make('p', {class: 'notice bad', role: 'alert'}, problem.message));
      context.live();
      if (!(problem instanceof Problem)) throw problem;
    }
  }
}

document.getElementById('leave').addEventListener('click', async () => {
  try {
    await logOut();
  } catch {
    // The session may have ended already.
  }
  // Whoever comes next begins at the beginning.
  history.replaceState(null, '', '/');
  askWhoItIs();
});
addEventListener('hashchange', () => show(true));
addEventListener('unhandledrejection', event => say(String(event.reason?.message ?? event.reason)));
show(true);
