import {get, maybe, post} from './api.js';
import {badge, button, form, make, number, say, sure, table, time} from './dom.js';
import {calendar} from './calendar.js';
import {planOf} from './plan.js';
import {begin, decisions} from './tasks.js';

const RULES = [['keepLast', 'the last'], ['keepHourly', 'hourly'], ['keepDaily', 'daily'], ['keepWeekly', 'weekly'],
  ['keepMonthly', 'monthly'], ['keepYearly', 'yearly']];
const USUAL = {keepDaily: 7, keepWeekly: 4, keepMonthly: 12};

const YEAR_MILLISECONDS = 365 * 86_400_000;
const POLL_MILLISECONDS = 300;

const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Fields for a policy, and what they say. */
function policyFields() {
  const counts = RULES.map(([name, text]) => [name, text, make('input', {name, type: 'number', min: 0, max: 100000, value: USUAL[name] ?? 0})]);
  return {
    element: make('fieldset', {}, make('legend', {}, 'Keep'),
      make('div', {class: 'tiles'}, counts.map(([, text, input]) => make('label', {}, text, input)))),
    policy: () => Object.fromEntries(counts.map(([name,, input]) => [name, Number(input.value)]).filter(([, count]) => count > 0)),
  };
}

async function simulate(policy, vm, result) {
  const from = new Date(Date.now() - YEAR_MILLISECONDS).toISOString().slice(0, 10);
  const told = await post('/retention/simulations', {policy, timezone,
    ...(vm ? {vm: {namespace: vm.namespace, id: vm.id}} : {series: {from, days: 366, times: ['02:00']}})});
  const all = told.decisions ?? [];
  const kept = all.filter(each => each.word === 'keep');
  result.replaceChildren(
    make('h2', {}, told.refused ? 'Refused' : `${number(kept.length)} of ${number(all.length)} would stay`),
    told.refused ? make('p', {class: 'notice'}, told.refused) : '',
    calendar(all),
    make('h2', {}, 'What stays, and why'),
    table('What stays', [
      ['Created', each => time(each.created)],
      ['Decision', each => badge(each.word, 'good')],
      ['Why', each => each.why],
    ], kept.toReversed().slice(0, 500), 'Nothing.'));
  result.focus();
}

const ruleOf = (policy, vm) => ({...(vm ? {namespace: vm.namespace, vms: [vm.id]} : {}), policy});

/** Decides on what is there, shows it, and forgets it only when that is wanted then. */
async function prune(context, policy, vm, result) {
  const wish = {kind: 'prune', timezone, rules: [ruleOf(policy, vm)]};
  say('Deciding …');
  let job = await post('/jobs', {...wish, dryRun: true});
  while (job.state === 'running') {
    await new Promise(resolve => setTimeout(resolve, POLL_MILLISECONDS));
    job = await get(`/jobs/${job.id}`);
  }
  if (!job.result) throw new Error(job.problem);
  const {forgotten, vms} = job.result;
  const words = `${number(forgotten)} ${forgotten === 1 ? 'restore point' : 'restore points'}`;
  result.replaceChildren(
    make('h2', {}, `${words} would be forgotten`),
    decisions(vms),
    forgotten > 0 && context.is('admin') ? make('p', {}, button(`Forget ${words}`, async () => {
      if (await sure(`Forget ${words}?`, 'They go to the trash, from which they can be brought back until it is emptied.', 'Forget')) {
        await begin('/jobs', wish);
      }
    }, 'danger')) : '');
  result.focus();
}

function trashOf(context, trash) {
  return [
    make('h2', {}, 'Forgotten, and still in the trash'),
    table('Trash', [
      ['Restore point', each => make('code', {}, each.id)],
      ['Forgotten', each => time(each.forgotten)],
      ['', each => button('Bring back', async () => {
        await post(`/trash/${each.id}/undelete`);
        say('It is back.');
        await context.again();
      }, '', `Bring back ${each.id}`)],
    ], trash.restorePoints.slice(0, 500), 'The trash is empty.')];
}

export async function retention(context) {
  const [{vms}, plan, trash] = await Promise.all([get('/vms'), maybe(get('/plan')), maybe(get('/trash'))]);
  const choice = make('select', {name: 'vm'},
    make('option', {value: ''}, 'No VM: a restore point every night of the last year'),
    vms.map((each, i) => make('option', {value: i}, `${each.name} (${each.namespace})`)));
  const fields = policyFields();
  const chosen = () => choice.value === '' ? undefined : vms[Number(choice.value)];
  const result = make('div', {id: 'simulation', tabindex: '-1'});
  context.fill(
    make('h1', {}, 'Retention'),
    make('p', {class: 'quiet'}, 'Try a policy: nothing is forgotten by that.'),
    form(() => simulate(fields.policy(), chosen(), result),
      make('label', {}, 'Of which restore points', choice),
      fields.element,
      make('div', {class: 'buttons'},
        make('button', {class: 'main'}, 'Show what stays'),
        context.isForAll ? button('What would it forget now?', () => prune(context, fields.policy(), chosen(), result)) : null)),
    result,
    plan ? planOf(context, plan, fields.policy) : [],
    trash ? trashOf(context, trash) : []);
}
