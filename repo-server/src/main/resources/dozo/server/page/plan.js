import {put} from './api.js';
import {facts, form, make, sure, tell, time} from './dom.js';

const RULE_WORDS = {keepLast: 'last', keepHourly: 'hourly', keepDaily: 'daily', keepWeekly: 'weekly', keepMonthly: 'monthly', keepYearly: 'yearly'};

const words = policy => Object.entries(policy).map(([name, value]) => `${value} ${RULE_WORDS[name] ?? name}`).join(', ');

function rules(list) {
  return make('ol', {}, list.map(rule => make('li', {},
    `${rule.vms?.join(', ') ?? 'all VMs'}${rule.namespace ? ` of ${rule.namespace}` : ''}: keep ${words(rule.policy)}`)));
}

const SOURCES = {none: 'nobody has set one', file: 'a file of the server’s host, where it is changed', api: 'set here'};

function shownOf({source, timezone, plan, next}) {
  return facts([
    ['Comes from', SOURCES[source]],
    ['Time zone', timezone],
    ['Prune', plan.prune ? make('span', {}, `every day at ${plan.prune.at}`, rules(plan.prune.rules)) : 'not by itself'],
    ['Sweep', plan.sweep?.at ? `every day at ${plan.sweep.at}` : 'not by itself'],
    ['Verify', plan.verify ? `every day at ${plan.verify.at}, what was not for ${plan.verify.olderThan}` : 'not by itself'],
    ...next.map(each => [`Next ${each.kind}`, time(each.at)]),
  ]);
}

/** What the form says, beside what of the plan it does not speak of. */
function changed(plan, {pruneAt, withPolicy, sweepAt, verifyAt, verifyDays}, policy, timezone) {
  const next = {...plan, timezone: plan.timezone ?? timezone};
  delete next.prune;
  delete next.verify;
  if (pruneAt.value) next.prune = {at: pruneAt.value, rules: withPolicy.checked || !plan.prune ? [{policy: policy()}] : plan.prune.rules};
  next.sweep = {...plan.sweep};
  delete next.sweep.at;
  if (sweepAt.value) next.sweep.at = sweepAt.value;
  if (verifyAt.value) next.verify = {...plan.verify, at: verifyAt.value, olderThan: `${verifyDays.value}d`};
  return next;
}

/** What the server does by itself, for admins to change unless a file says it. */
export function planOf(context, state, policy) {
  const {plan, source, timezone} = state;
  const at = (name, value) => make('input', {type: 'time', name, value: value ?? ''});
  const daysOf = text => /^\d+d$/.test(text ?? '') ? Number.parseInt(text, 10) : 30;
  const fields = {
    pruneAt: at('pruneAt', plan.prune?.at),
    withPolicy: make('input', {type: 'checkbox', name: 'withPolicy'}),
    sweepAt: at('sweepAt', plan.sweep?.at),
    verifyAt: at('verifyAt', plan.verify?.at),
    verifyDays: make('input', {type: 'number', name: 'verifyDays', min: 1, max: 3650, value: daysOf(plan.verify?.olderThan)}),
  };
  return [
    make('h2', {}, 'What the server does by itself'),
    shownOf(state),
    source !== 'file' && context.is('admin') ? make('details', {}, make('summary', {}, 'Change the plan'),
      form(async () => {
        if (!await sure('Change the plan?', 'It is followed from now on. What it prunes goes to the trash first.', 'Change it')) return;
        tell(await put('/plan', changed(plan, fields, policy, timezone)), 'The plan has changed.');
        await context.again();
      },
      make('p', {class: 'quiet'}, 'A time that is left empty: not by itself.'),
      make('div', {class: 'fields'},
        make('label', {}, 'Prune every day at', fields.pruneAt),
        make('label', {}, 'Sweep every day at', fields.sweepAt),
        make('label', {}, 'Verify every day at', fields.verifyAt),
        make('label', {}, 'Verify again after days', fields.verifyDays)),
      make('label', {class: 'check'}, fields.withPolicy, ' Prune all VMs by the policy above, in place of the rules that there are'),
      make('p', {}, make('button', {class: 'main'}, 'Change the plan')))) : null];
}
