import { api } from '@aiops/contract/api/index'
import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import type { HandlerDeps } from '../handler-deps.ts'
import { telemetryHandlers } from './telemetry.ts'

const clock = new ManualClock(Date.parse('2026-01-15T09:30:00Z'))
const telemetry = { select: () => ({ refs: [], total: 0 }), range: async () => [] }
const { getRange } = telemetryHandlers({ telemetry, clock } as unknown as HandlerDeps)
const ask = (query: object) =>
  getRange({ query: api.getRange.query.parse(query) }, { actor: 'a', tenant: 'default', permissions: [] })

it.each([
  [{}, '2026-01-15T08:30:00.000Z', '2026-01-15T09:30:00.000Z'],
  [{ duration: '15m' }, '2026-01-15T09:15:00.000Z', '2026-01-15T09:30:00.000Z'],
  [{ duration: '1d', end: '2026-01-02T00:00:00Z' }, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'],
  [{ start: '2026-01-15T09:00:00+01:00' }, '2026-01-15T08:00:00.000Z', '2026-01-15T09:30:00.000Z'],
  [{ duration: '99999999999999w' }, '1970-01-01T00:00:00.000Z', '2026-01-15T09:30:00.000Z'],
])('reads the range %j from %s to %s', async (range, start, end) => {
  expect(await ask({ match: 'up', ...range })).toMatchObject({ start, end })
})

it.each([
  [{ match: 'up', start: '2026-02-01T00:00:00Z' }, 'start lies after end.'],
  [{}, 'Say which series: id=… or match=….'],
  [{ match: 'up{' }, '"up{" is not a series selector'],
])('refuses %j', async (query, sentence) => {
  await expect(ask(query)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining(sentence),
  })
})
