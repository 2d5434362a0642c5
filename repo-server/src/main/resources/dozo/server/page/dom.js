// Building and filling the page. Text is only ever set as text: nothing that a VM or a token is
// called can become markup.

/** Makes an element; attributes that are functions become listeners, null ones are left out. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
  return element;
}

/**
 * Fills an element anew. What has the focus keeps it if its like is there again, so that nobody who
 * works with the keyboard is thrown out when something changes.
 */
export function refill(element, ...content) {
  const focused = document.activeElement;
  const key = element.contains(focused) && focused !== element ? keyOf(focused) : undefined;
  element.replaceChildren(...content.flat(Infinity).filter(child => child !== null && child !== undefined));
  if (key) [...element.querySelectorAll(focused.tagName)].find(each => keyOf(each) === key)?.focus({preventScroll: true});
}

const keyOf = element => element.getAttribute('aria-label') ?? element.name ?? element.textContent;

const SVG = 'http://www.w3.org/2000/svg';

export function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function bytes(count) {
  let unit = 0;
  let value = count;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

export const number = value => new Intl.NumberFormat('en').format(value);

/** A time of the server, in the reader's zone; the exact one is in its title. */
export function time(text) {
  if (!text) return make('span', {class: 'quiet'}, '–');
  const shown = new Date(text).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'});
  return make('time', {datetime: text, title: text}, shown);
}

/** A span of days, in the unit that fits. */
export function days(count) {
  return count > 730 ? `${Math.round(count / 365)} years` : count > 90 ? `${Math.round(count / 30.4)} months` : `${number(count)} days`;
}

/** A table: columns are [title, how a row fills it, class]. */
export function table(caption, columns, rows, none) {
  if (rows.length === 0) return make('p', {class: 'quiet'}, none);
  return make('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
    make('table', {},
      make('caption', {}, caption),
      make('thead', {}, make('tr', {}, columns.map(([title,, kind]) => make('th', {scope: 'col', class: kind}, title)))),
      make('tbody', {}, rows.map(row =>
        make('tr', {}, columns.map(([, fill, kind]) => make('td', {class: kind}, fill(row) ?? '')))))));
}

export function badge(text, kind) {
  return make('span', {class: `badge ${kind}`}, text);
}

export function say(text) {
  const status = document.getElementById('status');
  status.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { status.textContent = ''; }, 8000);
}

/** Whether something was not done, but waits for a time or for another admin. */
export const waits = answer => answer.state === 'waiting';

/** Says what was done, or that it waits. */
export function tell(answer, done) {
  say(waits(answer) ? `It waits for approval, and is not done yet: ${answer.text}` : done);
}

/** Asks before something is done that cannot be undone. */
export function sure(title, text, action) {
  const dialog = document.getElementById('confirm');
  document.getElementById('confirm-title').textContent = title;
  document.getElementById('confirm-text').textContent = text;
  document.getElementById('confirm-yes').textContent = action;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true}));
}

/** Names and what there is of each. */
export function facts(list) {
  return make('dl', {class: 'facts'}, list.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([name, value]) =>
    make('div', {}, make('dt', {}, name), make('dd', {}, value))));
}

/** What a text area or field holds, for the clipboard. */
export const copy = text => button('Copy', async () => {
  await navigator.clipboard.writeText(text);
  say('Copied');
}, '', `Copy ${text}`);

/** Has a browser save bytes as a file, and never show them. */
export function save(name, content) {
  const url = URL.createObjectURL(new Blob([content], {type: 'application/octet-stream'}));
  make('a', {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A form whose fields are told to what is to be done; a fault is shown and changes nothing. */
export function form(act, ...content) {
  return make('form', {
    submit: async event => {
      event.preventDefault();
      const pressed = event.submitter;
      if (pressed) pressed.disabled = true;
      try {
        await act();
      } catch (fault) {
        say(fault.message);
      } finally {
        if (pressed) pressed.disabled = false;
      }
    }}, ...content);
}

/** A button that is off while what it does is being done. */
export function button(text, act, kind, label) {
  const element = make('button', {type: 'button', class: kind, 'aria-label': label}, text);
  element.addEventListener('click', async () => {
    element.disabled = true;
    try {
      await act();
    } catch (fault) {
      say(fault.message);
    } finally {
      element.disabled = false;
    }
  });
  return element;
}
