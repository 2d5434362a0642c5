// Building and filling the page. Text is only ever set as text: nothing that a VM or a token is
// called can become markup.

/** Makes an element; attributes that are functions become listeners, null ones are left out. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

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
