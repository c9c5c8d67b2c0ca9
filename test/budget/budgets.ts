/**
 * What a request and an event of a stream may cost: counts of main when this file was written. `budget.test.ts` fails where a count differs by
 * more than a fifth. Do not edit it: `npm run budget -- --write` counts anew and writes it. Say in the commit why a budget was raised.
 */
import type { Budgets } from './compare.ts';

/** The budgets of each row. */
export const BUDGETS: Budgets = {
  'small answer': {
    request: {
      promises: 79,
      timers: 1,
      signals: 3,
      calls: 73,
      objects: 2455,
      bytes: 143436,
    },
    event: null,
  },
  'stream, one event per read': {
    request: {
      promises: 95,
      timers: 3,
      signals: 3,
      calls: 74,
      objects: 2875.16,
      bytes: 156991.76,
    },
    event: {
      promises: 1,
      timers: 0.5,
      signals: 0,
      calls: 3,
      objects: 45.81,
      bytes: 2052.41,
    },
  },
  'stream, 16 events per read': {
    request: {
      promises: 96.16,
      timers: 4,
      signals: 3,
      calls: 77.68,
      objects: 2898.8,
      bytes: 159900.24,
    },
    event: {
      promises: 0.06,
      timers: 0,
      signals: 0,
      calls: 0.13,
      objects: 35.55,
      bytes: 1423.09,
    },
  },
  'Anthropic, stream, one event per read': {
    request: {
      promises: 95,
      timers: 3,
      signals: 3,
      calls: 74,
      objects: 3004,
      bytes: 164782.16,
    },
    event: {
      promises: 1,
      timers: 0.5,
      signals: 0,
      calls: 3,
      objects: 43.75,
      bytes: 1963.81,
    },
  },
  'Anthropic, stream, 16 events per read': {
    request: {
      promises: 95.16,
      timers: 4,
      signals: 3,
      calls: 75.68,
      objects: 3040.24,
      bytes: 166070,
    },
    event: {
      promises: 0.06,
      timers: 0,
      signals: 0,
      calls: 0.13,
      objects: 33.59,
      bytes: 1345.25,
    },
  },
  '256 KB request': {
    request: {
      promises: 93,
      timers: 1,
      signals: 5,
      calls: 86,
      objects: 4868,
      bytes: 502228,
    },
    event: null,
  },
  '256 KB answer': {
    request: {
      promises: 79,
      timers: 1,
      signals: 3,
      calls: 81,
      objects: 3153,
      bytes: 428486,
    },
    event: null,
  },
  'model of six providers': {
    request: {
      promises: 88,
      timers: 2,
      signals: 3,
      calls: 73,
      objects: 3195,
      bytes: 174012,
    },
    event: null,
  },
  'key with a limit': {
    request: {
      promises: 87,
      timers: 1,
      signals: 3,
      calls: 76,
      objects: 2821,
      bytes: 158526,
    },
    event: null,
  },
  'cached answer': {
    request: {
      promises: 60,
      timers: 0,
      signals: 2,
      calls: 50,
      objects: 2122,
      bytes: 116806,
    },
    event: null,
  },
};
