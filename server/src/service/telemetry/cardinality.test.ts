import { describe, expect, it } from 'vitest'
import { MemoryMetricStore } from '../../adapter/memory/telemetry.ts'
import { cardinalityOf } from './cardinality.ts'

describe('the cardinality report', () => {
  it('names the label that makes a metric many, of this tenant alone', async () => {
    const { catalog } = new MemoryMetricStore()
    const intern = (tenant: string, labels: Record<string, string>) =>
      catalog.intern(tenant, labels, { kind: 'GAUGE' })
    for (let i = 0; i < 40; i += 1)
      intern('default', {
        __name__: 'requests',
        session: `s-${i}`,
        method: i % 2 ? 'GET' : 'POST',
        job: 'shop',
      })
    for (let i = 0; i < 3; i += 1) intern('default', { __name__: 'up', instance: `h-${i}` })
    intern('other', { __name__: 'up', instance: 'x' })
    const report = await cardinalityOf(catalog, 'default', 5)
    expect(report.series_total).toBe(43)
    expect(report.metrics[0]).toEqual({
      name: 'requests',
      series: 40,
      share: 40 / 43,
      labels: [
        { name: 'session', values: 40, without: 2, examples: ['s-0', 's-1', 's-2'] },
        { name: 'method', values: 2, without: 40, examples: ['POST', 'GET'] },
      ],
    })
    expect(report.labels[0]).toEqual({ name: 'session', values: 40, series: 40 })
    expect((await cardinalityOf(catalog, 'nobody', 5)).series_total).toBe(0)
  })
})
