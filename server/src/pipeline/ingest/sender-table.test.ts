import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { SenderTable } from './sender-table.ts'

describe('the senders', () => {
  it('show what came, how fast over the last ten full seconds, and what was refused last', async () => {
    const clock = new ManualClock()
    const table = new SenderTable(clock)
    for (let second = 0; second < 20; second += 1) {
      table.took('default', 'otlp', 'samples', 50)
      await clock.advance(1_000)
    }
    table.refused('default', 'otlp', { code: 'INVALID_LABELS', message: 'first' }, 2)
    table.refused('default', 'otlp', { code: 'INVALID_LABELS', message: 'x'.repeat(900) }, 1)
    const [sender] = table.of('default')
    expect(sender).toMatchObject({
      protocol: 'otlp',
      taken: { samples: 1_000, logs: 0 },
      per_second: { samples: 50 },
      refused: [{ code: 'INVALID_LABELS', count: 3 }],
    })
    expect(sender?.last_refusal?.message).toHaveLength(500)
    await clock.advance(60_000)
    expect(table.of('default')[0]?.per_second.samples).toBe(0)
    expect(table.of('other')).toEqual([])
  })
})
