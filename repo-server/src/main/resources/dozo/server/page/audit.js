import {get} from './api.js';
import {badge, button, make, table, time} from './dom.js';

const KINDS = {done: 'good', begun: 'quiet', asked: 'warn', refused: 'warn', failed: 'bad'};

function who(entry) {
  const {kind, name} = entry.who;
  return `${name ?? kind}${entry.from ? ` from ${entry.from}` : ''}`;
}

export async function audit(context) {
  const entries = [];
  const list = make('div', {});
  const more = async before => {
    const page = await get(`/audit?limit=100${before ? `&before=${before}` : ''}`);
    entries.push(...page.entries);
    list.replaceChildren(
      table('Audit log, the newest first', [
        ['Entry', entry => String(entry.seq), 'number'],
        ['Time', entry => time(entry.time)],
        ['Who', who],
        ['Action', entry => entry.action],
        ['Outcome', entry => badge(entry.outcome, KINDS[entry.outcome] ?? 'quiet')],
        ['Details', entry => make('span', {class: 'code'}, Object.entries(entry.details).map(([name, value]) => `${name}=${value}`).join(' '))],
      ], entries, 'Nothing has been noted yet.'),
      page.next ? make('p', {}, button('Show older entries', () => more(page.next))) : '');
  };
  await more();
  context.fill(
    make('h1', {}, 'Audit log'),
    make('p', {class: 'quiet'}, 'Check it on the server with: dozo audit verify. Newest entry: ',
      make('code', {}, entries.length ? `${entries[0].seq}:${entries[0].hash}` : 'none')),
    list);
}
