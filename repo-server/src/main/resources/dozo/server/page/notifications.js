import {get, post} from './api.js';
import {badge, button, make, number, table, time} from './dom.js';

/** What the last tests brought, by channel; gone with the page. */
const tested = new Map();

function state(channel) {
  if (channel.failingSince) {
    return make('span', {}, badge('fails', 'bad'), ' since ', time(channel.failingSince), `: ${channel.lastFailure?.said ?? ''}`);
  }
  return channel.lastSuccess ? badge('works', 'good') : badge('never used', 'quiet');
}

function result(channel) {
  const last = tested.get(channel.name);
  if (!last) return make('span', {class: 'quiet'}, '–');
  return make('span', {}, badge(last.delivered ? 'delivered' : 'failed', last.delivered ? 'good' : 'bad'), ` ${last.said}`);
}

async function test(context, wish) {
  const answer = await post('/notifications/test', wish);
  answer.results.forEach(each => tested.set(each.channel, each));
  await context.again();
}

export async function notifications(context) {
  const {channels} = await get('/notifications');
  const mayTest = context.is('admin');
  context.fill(
    make('h1', {}, 'Notifications'),
    table('Channels', [
      ['Name', channel => channel.name],
      ['Type', channel => channel.type],
      ['Where to', channel => channel.target],
      ['Told of', channel => channel.tell.join(', ')],
      ['Waiting', channel => number(channel.waiting), 'number'],
      ['Last success', channel => time(channel.lastSuccess?.at)],
      ['State', state],
      ['Test', result],
      ['', channel => mayTest ? button('Test', () => test(context, {channel: channel.name}), '', `Test ${channel.name}`) : ''],
    ], channels, 'No channel is set up. The section “notifications” of the server’s configuration says whom it tells what.'),
    mayTest && channels.length > 1 ? make('p', {}, button('Test all channels', () => test(context, {}), 'main')) : '');
}
