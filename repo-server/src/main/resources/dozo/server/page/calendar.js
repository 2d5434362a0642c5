// What a policy keeps, day by day; a day tells why.

import {badge, make, table, time} from './dom.js';

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];

function cell(day, name, found, tell) {
  if (!found) return make('td', {class: 'none'}, String(day));
  const words = found.kept ? `keeps ${found.kept}` : 'none stays';
  return make('td', {class: found.kept ? 'kept' : 'gone'},
    make('button', {type: 'button', 'aria-label': `${name}: ${words}. Why?`, click: () => tell(name, found)},
      make('span', {}, String(day)), make('small', {}, words)));
}

/** A month as a table: each day says how many restore points of it stay. */
function month(name, days, tell) {
  const [year, number] = name.split('-').map(Number);
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const offset = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
  const cells = Array.from({length: offset}, () => make('td', {}));
  for (let day = 1; day <= length; day++) {
    const date = `${name}-${String(day).padStart(2, '0')}`;
    cells.push(cell(day, date, days.get(date), tell));
  }
  const weeks = [];
  while (cells.length) weeks.push(make('tr', {}, cells.splice(0, 7)));
  return make('table', {class: 'month'},
    make('caption', {}, new Date(Date.UTC(year, number - 1, 1)).toLocaleDateString(undefined, {month: 'long', year: 'numeric', timeZone: 'UTC'})),
    make('thead', {}, make('tr', {}, DAYS.map(day => make('th', {scope: 'col'}, day)))),
    make('tbody', {}, weeks));
}

export function calendar(decisions) {
  const days = new Map();
  for (const decision of decisions) {
    const day = days.get(decision.date) ?? {kept: 0, decisions: []};
    day.decisions.push(decision);
    if (decision.word === 'keep') day.kept++;
    days.set(decision.date, day);
  }
  const why = make('div', {id: 'why', tabindex: '-1'});
  const tell = (name, day) => {
    why.replaceChildren(table(`Decisions for ${name}`, [
      ['Created', each => time(each.created)],
      ['Decision', each => badge(each.word, each.word === 'keep' ? 'good' : 'warn')],
      ['Why', each => each.why],
    ], day.decisions, ''));
    why.focus();
  };
  const months = [...new Set([...days.keys()].map(day => day.slice(0, 7)))].sort().reverse();
  return make('div', {}, make('p', {class: 'quiet'}, 'Choose a day to see why.'), why,
    make('div', {class: 'months'}, months.map(name => month(name, days, tell))));
}
