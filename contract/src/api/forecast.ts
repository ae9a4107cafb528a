import { z } from 'zod'
import {
  CapacityGap,
  CapacityKind,
  CapacityRow,
  ForecastWatch,
  Prediction,
  PredictionState,
  SeriesForecast,
} from '../model/forecast.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf } from './page.ts'

const duration = z.string().regex(/^[0-9]+(ms|[smhdwy])([0-9]+(ms|[smhdwy]))*$/)
const queryErrors = [
  'INVALID_PROMQL',
  'INVALID_REQUEST',
  'QUERY_FAILED',
  'QUERY_TOO_LARGE',
  'QUERY_TIMEOUT',
  'VALIDATION_FAILED',
] as const

export const forecast = operations({
  createForecast: {
    method: 'POST',
    path: '/api/v1/forecasts',
    tag: 'forecasts',
    permission: 'telemetry:read',
    errors: queryErrors,
    summary: 'Where series are heading: an 80 % interval for each step ahead, and when limits are reached.',
    body: z.object({
      /** PromQL over the series stored here. */
      query: z.string().min(1).max(65_536),
      /** Four times the horizon before the end unless given, at least an hour and at most 90 days. */
      start: Time.optional(),
      /** Now unless given. */
      end: Time.optional(),
      /** A 500th of the range unless given, in round lengths. */
      step: duration.optional(),
      horizon: duration.default('1d'),
      /** Limits whose breach is to be foretold. */
      above: z.number().optional(),
      below: z.number().optional(),
      /** Where values cannot go beyond: 0 and 1 of a share. Found out where it shows. */
      min: z.number().optional(),
      max: z.number().optional(),
      /** Series that are foretold, the first by their labels. */
      series_max: z.number().int().min(1).max(100).default(20),
      /** Points of each course and history in the answer. */
      points_max: z.number().int().min(2).max(2_000).default(200),
    }),
    response: z.object({
      forecasts: z.array(SeriesForecast),
      /** Series that the query has. */
      total: z.number().int(),
      start: Time,
      end: Time,
      step_seconds: z.number(),
      horizon_seconds: z.number(),
      notices: z.array(z.string()),
    }),
  },
  getCapacityPlan: {
    method: 'GET',
    path: '/api/v1/forecasts/capacity',
    tag: 'forecasts',
    permission: 'telemetry:read',
    errors: ['QUERY_FAILED', 'QUERY_TOO_LARGE', 'QUERY_TIMEOUT', 'VALIDATION_FAILED'],
    summary:
      'What fills up and when: use, trend, days to 80 % and to full, and what to do; the most urgent first.',
    query: Page.extend({ kinds: listOf(CapacityKind) }),
    response: pageOf(CapacityRow).extend({
      /** What nobody sent. */
      unknown: z.array(CapacityGap),
      /** When it was made; a plan serves for a few minutes. */
      made_at: Time,
      notices: z.array(z.string()),
    }),
  },
  listPredictions: {
    method: 'GET',
    path: '/api/v1/forecasts/predictions',
    tag: 'forecasts',
    permission: 'telemetry:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'What was predicted, what came of it, and how often each watch was right; newest first.',
    query: Page.extend({
      watch: z.string().max(128).optional(),
      states: listOf(PredictionState),
    }),
    response: pageOf(Prediction).extend({ watches: z.array(ForecastWatch) }),
  },
})
