/**
 * What a request and an event of a stream may cost: counts of main when this file was written. `budget.test.ts` fails where a count differs by
 * more than a fifth. Do not edit it: `npm run budget -- --write` counts anew and writes it. Say in the commit why a budget was raised.
 */
import type { Budgets } from './compare.ts';

/** The budgets of each row. */
export const BUDGETS: Budgets = {
  'small answer': {
    request: {
      promises: 77,
      timers: 1,
      signals: 3,
      calls: 73,
      objects: 2259,
      bytes: 131020,
    },
    event: null,
  },
  'stream, one event per read': {
    request: {
      promises: 93,
      timers: 3,
      signals: 3,
      calls: 74,
      objects: 2457.24,
      bytes: 140012,
    },
    event: {
      promises: 1,
      timers: 0.5,
      signals: 0,
      calls: 3,
      objects: 48.84,
      bytes: 2101,
    },
  },
  'stream, 16 events per read': {
    request: {
      promises: 94.16,
      timers: 4,
      signals: 3,
      calls: 77.68,
      objects: 2558.08,
      bytes: 146068.24,
    },
    event: {
      promises: 0.06,
      timers: 0,
      signals: 0,
      calls: 0.13,
      objects: 30.78,
      bytes: 1214.59,
    },
  },
  'Anthropic, stream, one event per read': {
    request: {
      promises: 93,
      timers: 3,
      signals: 3,
      calls: 74,
      objects: 2821.92,
      bytes: 168110,
    },
    event: {
      promises: 1,
      timers: 0.5,
      signals: 0,
      calls: 3,
      objects: 44.97,
      bytes: 1855.25,
    },
  },
  'Anthropic, stream, 16 events per read': {
    request: {
      promises: 93.16,
      timers: 4,
      signals: 3,
      calls: 75.68,
      objects: 2672.88,
      bytes: 151230,
    },
    event: {
      promises: 0.06,
      timers: 0,
      signals: 0,
      calls: 0.13,
      objects: 28.83,
      bytes: 1136.75,
    },
  },
  '256 KB request': {
    request: {
      promises: 91,
      timers: 1,
      signals: 5,
      calls: 86,
      objects: 4462,
      bytes: 486132,
    },
    event: null,
  },
  '256 KB answer': {
    request: {
      promises: 77,
      timers: 1,
      signals: 3,
      calls: 81,
      objects: 2817,
      bytes: 419356,
    },
    event: null,
  },
  'model of six providers': {
    request: {
      promises: 85,
      timers: 2,
      signals: 3,
      calls: 73,
      objects: 2947,
      bytes: 160466,
    },
    event: null,
  },
  'key with a limit': {
    request: {
      promises: 85,
      timers: 1,
      signals: 3,
      calls: 76,
      objects: 2630,
      bytes: 146550,
    },
    event: null,
  },
  'cached answer': {
    request: {
      promises: 60,
      timers: 0,
      signals: 2,
      calls: 50,
      objects: 1841,
      bytes: 109198,
    },
    event: null,
  },
};
