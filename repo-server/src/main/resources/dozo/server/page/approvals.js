import {get, post} from './api.js';
import {badge, button, make, say, sure, table, time} from './dom.js';

const KINDS = {waiting: 'warn', approved: 'quiet', done: 'good', failed: 'bad', rejected: 'quiet', lapsed: 'quiet'};

/** How long something still waits, in the unit that fits. */
function left(seconds) {
  const hours = Math.ceil(seconds / 3600);
  return hours > 48 ? `${Math.round(hours / 24)} days` : hours > 1 ? `${hours} hours` : `${Math.ceil(seconds / 60)} minutes`;
}

function whence(request) {
  if (request.state !== 'waiting') return request.note || request.endedBy?.name || '';
  const delay = request.delaySeconds === undefined ? 'if nobody approves, it lapses in' : 'is done in';
  return `${delay} ${left(request.leftSeconds)}`;
}

function deciding(context, request) {
  if (request.state !== 'waiting') return '';
  const mayApprove = request.approvable && request.mayApprove.some(person => person.id === context.me.id);
  return make('div', {class: 'buttons'},
    mayApprove ? button('Approve', async () => {
      if (await sure('Approve this?', request.text, 'Approve')) {
        await post(`/approvals/${request.id}/approve`, {digest: request.digest});
        say('Approved');
        await context.again();
      }
    }, 'main', `Approve ${request.text}`) : null,
    button('Reject', async () => {
      if (await sure('Reject this?', request.text, 'Reject')) {
        await post(`/approvals/${request.id}/reject`, {});
        say('Rejected');
        await context.again();
      }
    }, 'danger', `Reject ${request.text}`));
}

/** What admins asked for that waits for a time or for another admin. */
export async function approvals(context) {
  const {approvals: all} = await get('/approvals');
  context.fill(
    make('h1', {}, 'Approvals'),
    make('p', {class: 'quiet'}, 'What admins asked for and cannot be taken back waits here, if the server was started so.'),
    table('Approvals', [
      ['What', request => request.text],
      ['State', request => badge(request.state, KINDS[request.state] ?? 'quiet')],
      ['Asked by', request => request.by.name],
      ['Asked', request => time(request.asked)],
      ['', whence],
      ['', request => deciding(context, request)],
    ], all, 'Nothing waits.'));
  context.live();
}
