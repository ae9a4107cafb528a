import { Readable } from 'node:stream'
import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { StreamRoute } from '../../port/stream-route.ts'
import type { Cost } from '../../service/cost/index.ts'

const dayMs = 86_400_000
const daysMax = 400
const time = z.iso.datetime({ offset: true })
const query = z.object({
  start: time.optional(),
  end: time.optional(),
  duration: z
    .string()
    .regex(/^[0-9]+[hdw]$/)
    .optional(),
})

/** GET /api/v1/cost/focus: spend by day as FOCUS 1.0 rows, CSV; the last 30 days unless said. */
export const focusExport = (cost: Pick<Cost, 'focus'>, clock: Clock): StreamRoute => ({
  ...{ method: 'GET', path: '/api/v1/cost/focus', action: 'exportFocus', permission: 'cost:read' },
  summary: 'Spend by day as a FOCUS data set (CSV).',
  query,
  async open(request) {
    const asked = request.query as z.output<typeof query>
    const endMs = asked.end === undefined ? clock.now() : Date.parse(asked.end)
    const startMs =
      asked.start === undefined ? endMs - durationMs(asked.duration ?? '30d') : Date.parse(asked.start)
    if (!(endMs > startMs)) throw new Fault('VALIDATION_FAILED', 'end must lie after start.')
    if (endMs - startMs > daysMax * dayMs)
      throw new Fault('VALIDATION_FAILED', `An export holds ${daysMax} days at most.`)
    return {
      status: 200,
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': 'attachment; filename="focus.csv"',
        'x-content-type-options': 'nosniff',
      },
      body: Readable.from(cost.focus(request.caller.tenant, { startMs, endMs }), { objectMode: false }),
    }
  },
})
