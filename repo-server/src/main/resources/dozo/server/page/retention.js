import {get, post} from './api.js';
import {badge, make, number, say, table, time} from './dom.js';

const RULES = [['keepLast', 'the last'], ['keepHourly', 'hourly'], ['keepDaily', 'daily'], ['keepWeekly', 'weekly'],
  ['keepMonthly', 'monthly'], ['keepYearly', 'yearly']];
const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];

/** A month as a table: each day says how many restore points of it stay, and how many go. */
function month(name, days) {
  const [year, number] = name.split('-').map(Number);
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const offset = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
  const cells = Array.from({length: offset}, () => make('td', {}));
  for (let day = 1; day <= length; day++) {
    const found = days.get(`${name}-${String(day).padStart(2, '0')}`);
    const why = found ? found.decisions.map(each => `${each.word}: ${each.why}`).join('\n') : null;
    cells.push(make('td', {class: found ? (found.kept ? 'kept' : 'gone') : 'none', title: why},
      make('span', {}, String(day)),
      found ? make('small', {}, found.kept ? ` keeps ${found.kept}` : ' none stays') : null));
  }
  const weeks = [];
  while (cells.length) weeks.push(make('tr', {}, cells.splice(0, 7)));
  return make('table', {class: 'month'},
    make('caption', {}, new Date(Date.UTC(year, number - 1, 1)).toLocaleDateString(undefined, {month: 'long', year: 'numeric', timeZone: 'UTC'})),
    make('thead', {}, make('tr', {}, DAYS.map(day => make('th', {scope: 'col'}, day)))),
    make('tbody', {}, weeks));
}

function calendar(decisions) {
  const days = new Map();
  for (const decision of decisions) {
    const day = days.get(decision.date) ?? {kept: 0, decisions: []};
    day.decisions.push(decision);
    if (decision.word === 'keep') day.kept++;
    days.set(decision.date, day);
  }
  const months = [...new Set([...days.keys()].map(day => day.slice(0, 7)))].sort().reverse();
  return make('div', {class: 'months'}, months.map(name => month(name, days)));
}

export async function retention(context) {
  const [vms, plan] = await Promise.all([get('/vms'), get('/plan')]);
  const vm = make('select', {name: 'vm'},
    make('option', {value: ''}, 'No VM: a restore point every night of the last year'),
    vms.vms.map((each, i) => make('option', {value: i}, `${each.name} (${each.namespace})`)));
  const counts = RULES.map(([name, text]) => [name, text, make('input', {name, type: 'number', min: 0, max: 100000, value: {keepDaily: 7, keepWeekly: 4, keepMonthly: 12}[name] ?? 0})]);
  const result = make('div', {id: 'simulation', tabindex: '-1'});
  const ask = async event => {
    event.preventDefault();
    const policy = Object.fromEntries(counts.map(([name,, input]) => [name, Number(input.value)]).filter(([, count]) => count > 0));
    const chosen = vms.vms[vm.value === '' ? -1 : Number(vm.value)];
    const from = new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10);
    try {
      const told = await post('/retention/simulations', {
        policy,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        ...(chosen ? {vm: {namespace: chosen.namespace, id: chosen.id}} : {series: {from, days: 366, times: ['02:00']}}),
      });
      const decisions = told.decisions ?? [];
      const kept = decisions.filter(each => each.word === 'keep');
      result.replaceChildren(
        make('h2', {}, told.refused ? 'Refused' : `${number(kept.length)} of ${number(decisions.length)} would stay`),
        told.refused ? make('p', {class: 'notice'}, told.refused) : '',
        calendar(decisions),
        make('h2', {}, 'What stays, and why'),
        table('What stays', [
          ['Created', each => time(each.created)],
          ['Decision', each => badge(each.word, 'good')],
          ['Why', each => each.why],
        ], kept.toReversed().slice(0, 500), 'Nothing.'));
      result.focus();
    } catch (problem) {
      say(problem.message);
    }
  };
  context.fill(
    make('h1', {}, 'Retention'),
    make('p', {class: 'quiet'}, 'Try a policy: nothing is forgotten by it.'),
    make('form', {submit: ask},
      make('label', {}, 'Of which restore points', vm),
      make('fieldset', {}, make('legend', {}, 'Keep'),
        make('div', {class: 'tiles'}, counts.map(([, text, input]) => make('label', {}, text, input)))),
      make('p', {}, make('button', {class: 'main'}, 'Show what stays'))),
    result,
    make('h2', {}, 'What the server does by itself'),
    make('pre', {tabindex: '0'}, JSON.stringify(plan, null, 2)));
}
