// How the repository grew, and will at the present rate: drawn by uPlot.

import uPlot from '/uplot.js';
import {bytes, days, make, number, table} from './dom.js';

const DAY = 86_400;
const HEIGHT = 220;
const FORECAST_DAYS = 90;

/** Round numbers of bytes. */
const INCREMENTS = Array.from({length: 60}, (_, power) => 2 ** power);

const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What was stored at the end of each day; what was given back meanwhile is not known of the past. */
function history({days, stored}, today) {
  let total = stored.bytes;
  const points = [[today, total]];
  for (const day of days.toReversed()) {
    const at = Date.parse(`${day.date}T00:00:00Z`) / 1000;
    points.push([Math.min(at + DAY, today), total]);
    total = Math.max(0, total - day.storedBytes);
    points.push([at, total]);
  }
  return points.reverse().filter(([at], i, all) => i === all.length - 1 || at < all[i + 1][0]);
}

function series(repository, today) {
  const past = history(repository, today);
  const daily = repository.dailyBytes;
  const ahead = daily === undefined ? [] : Array.from({length: FORECAST_DAYS / 10}, (_, i) =>
    [today + (i + 1) * 10 * DAY, repository.stored.bytes + (i + 1) * 10 * daily]);
  const all = [...past, ...ahead];
  return [
    all.map(([at]) => at),
    all.map(([, total], i) => i < past.length ? total : null),
    all.map(([, total], i) => i >= past.length - 1 ? total : null),
  ];
}

function options(width) {
  const ink = color('--quiet');
  const axis = {stroke: ink, grid: {stroke: color('--line')}, ticks: {stroke: color('--line')}};
  return {
    width,
    height: HEIGHT,
    legend: {show: false},
    cursor: {show: false},
    scales: {y: {range: (_, low, high) => [0, Math.max(high * 1.1, 1)]}},
    axes: [axis, {...axis, size: 80, incrs: INCREMENTS, values: (_, values) => values.map(value => bytes(Math.round(value)))}],
    series: [{},
      {stroke: color('--accent'), width: 2, fill: color('--bar'), points: {show: false}},
      {stroke: color('--warn'), width: 2, dash: [6, 5], points: {show: false}}],
  };
}

/** The chart and its figures, for who does not see it. */
export function growth(repository) {
  const today = Math.floor(Date.now() / 1000);
  const place = make('div', {class: 'chart', role: 'img', 'aria-label': 'What is stored, day by day, and what will be at the present rate'});
  const drawn = new ResizeObserver(() => {
    if (place.clientWidth === 0) return;
    drawn.disconnect();
    new uPlot(options(place.clientWidth), series(repository, today), place);
  });
  drawn.observe(place);
  const daily = repository.dailyBytes;
  const forecast = daily === undefined ? [] : [30, 90, 180, 365].map(count => ({count, total: repository.stored.bytes + count * daily}));
  const room = repository.stored.bytes + Math.max(0, repository.room.usableBytes - repository.room.reserveBytes);
  return make('figure', {},
    place,
    make('figcaption', {class: 'quiet'}, daily === undefined
      ? 'What is stored. A forecast takes some days of backups.'
      : `What is stored, and at ${bytes(daily)} a day, dashed, the next ${FORECAST_DAYS} days. There is room for ${bytes(room)}${repository.fullInDays === undefined ? '' : `, which lasts for ${days(repository.fullInDays)}`}, if nothing is given back.`),
    forecast.length ? make('details', {}, make('summary', {}, 'Forecast in figures'),
      table('Forecast', [
        ['In', each => `${number(each.count)} days`],
        ['Stored', each => bytes(each.total), 'number'],
        ['Of the room', each => `${(100 * each.total / room).toFixed(0)} %`, 'number'],
      ], forecast, '')) : null);
}
