// Restore points over time: a picture of all of them, and a table of some.

import {badge, bytes, draw, make, number, refill, table, time} from './dom.js';

/** Rows that are shown at once: a browser is slow with thousands. */
const ROWS = 100;

/** Columns of the picture; restore points that fall into one are one bar. */
const COLUMNS = 240;

const WIDTH = 1000;
const BASE = 74;
const HIGHEST = 64;
const LOWEST = 6;

const MEASURES = {
  count: ['how many there are', () => 1],
  storedBytes: ['what they newly stored', point => point.storedBytes],
  dataBytes: ['the data that they hold', point => point.dataBytes],
};

export function consistency({asked, achieved, reason}) {
  const isMore = achieved === 'application' || achieved === 'filesystem';
  const element = badge(achieved, asked !== achieved ? 'warn' : isMore ? 'good' : 'quiet');
  element.title = asked === achieved ? `Asked for and achieved: ${asked}` : `Asked for ${asked}: ${reason ?? ''}`;
  return element;
}

export const verified = word => badge(word ?? 'never', {sound: 'good', damaged: 'bad'}[word] ?? 'quiet');

function kept(pins) {
  const held = pins?.filter(pin => !pin.until || Date.parse(pin.until) > Date.now()) ?? [];
  if (held.length === 0) return '';
  const pinned = held.some(pin => !pin.until);
  return badge(pinned ? 'pinned' : `held until ${held.map(pin => pin.until).sort().at(-1).slice(0, 10)}`, 'good');
}

const date = at => new Date(at).toLocaleDateString(undefined, {dateStyle: 'medium'});

function columnsOf(points, first, span, measure) {
  const columns = Array.from({length: COLUMNS}, () => ({count: 0, height: 0, worst: 0, index: -1}));
  points.forEach((point, i) => {
    const column = columns[Math.min(COLUMNS - 1, Math.floor((Date.parse(point.created) - first) * COLUMNS / span))];
    column.count++;
    column.height += measure(point);
    column.worst = Math.max(column.worst, point.verification === 'damaged' ? 2 : point.achieved !== point.asked ? 1 : 0);
    column.index = i;
  });
  return columns;
}

function picture(points, [words, measure], choose) {
  const first = Date.parse(points[0].created);
  const last = Date.parse(points.at(-1).created);
  const columns = columnsOf(points, first, Math.max(last - first, 1), measure);
  const most = Math.max(...columns.map(column => column.height), 1);
  const svg = draw('svg', {class: 'timeline', viewBox: `0 0 ${WIDTH} 84`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': `${points.length} restore points from ${points[0].created} to ${points.at(-1).created}`},
    draw('line', {x1: 10, x2: WIDTH - 10, y1: BASE, y2: BASE}));
  columns.forEach(({count, height, worst, index}, i) => {
    if (count === 0) return;
    const tall = LOWEST + (HIGHEST - LOWEST) * height / most;
    const bar = draw('rect', {class: ['', 'warn', 'bad'][worst], x: 10 + i * 976 / COLUMNS, y: BASE - tall, width: 3.4, height: tall},
      draw('title', {}, `${date(Date.parse(points[index].created))}: ${count}`));
    bar.addEventListener('click', () => choose(index));
    svg.append(bar);
  });
  return make('figure', {class: 'line'}, svg,
    make('figcaption', {class: 'quiet'}, `${date(first)} to ${date(last)}. A bar's height is ${words}; one in yellow got less consistency than was asked for, one in red is damaged.`));
}

/** The picture, and what its bars show. */
export function timeline(points, choose) {
  const shown = make('div', {});
  const select = make('select', {name: 'measure', change: () => paint()}, Object.entries(MEASURES).map(([name, [words]]) => make('option', {value: name}, words)));
  const paint = () => shown.replaceChildren(picture(points, MEASURES[select.value], choose));
  paint();
  return make('div', {}, shown, make('label', {class: 'beside'}, 'Bars show', select));
}

/** A table of the points, the newest first, a page at a time; `show(index)` goes to one. */
export function pages(caption, points, columns) {
  const element = make('div', {});
  const last = points.length - 1;
  let top = last;
  const day = make('input', {type: 'date', name: 'day', min: points[0].created.slice(0, 10), max: points[last].created.slice(0, 10)});
  day.addEventListener('change', () => {
    if (day.value) show(points.findLastIndex(point => point.created.slice(0, 10) <= day.value));
  });
  const step = (text, to, isOff) => make('button', {type: 'button', disabled: isOff, click: () => show(to)}, text);
  function show(index) {
    top = Math.min(last, Math.max(index, Math.min(ROWS - 1, last)));
    const bottom = Math.max(0, top - ROWS + 1);
    refill(element,
      points.length > ROWS ? make('div', {class: 'buttons pages', role: 'group', 'aria-label': 'Pages'},
        step('Newest', last, top === last), step('Newer', top + ROWS, top === last),
        make('span', {}, `${number(last - top + 1)} to ${number(last - bottom + 1)} of ${number(points.length)}`),
        step('Older', top - ROWS, bottom === 0), step('Oldest', ROWS - 1, bottom === 0),
        make('label', {class: 'beside'}, 'Go to', day)) : null,
      table(caption, columns, points.slice(bottom, top + 1).reverse(), ''));
  }
  show(last);
  return {element, show, again: () => show(top), shown: () => points.slice(Math.max(0, top - ROWS + 1), top + 1)};
}

/** What all of them have in common. */
export const COLUMNS_OF_POINTS = [
  ['Created', point => make('a', {href: `#/point/${point.id}`}, time(point.created))],
  ['Consistency', consistency],
  ['Disks', point => bytes(point.sizeBytes), 'number'],
  ['Data', point => bytes(point.dataBytes), 'number'],
  ['Newly stored', point => bytes(point.storedBytes), 'number'],
  ['Verified', point => verified(point.verification)],
  ['Kept', point => kept(point.pins)],
];
