import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPromqlEngine } from '../engine.ts'
import { MemorySource, parseSeriesDefinition } from '../suite/index.ts'
import { classicFraction, classicQuantile } from './classic-histogram.ts'
import { promqlFunctions } from './index.ts'
import { parseTemplate } from './label.ts'
import { openMetricsText, parseGoNumber } from './number-text.ts'
import { compareNaturally } from './sort.ts'

async function ask(query: string, series: string[], timeMs = 60_000) {
  const source = new MemorySource()
  for (const one of series) {
    const { labels, values } = parseSeriesDefinition(one)
    source.add(labels, values, 60_000)
  }
  const answer = await createPromqlEngine().instant(query, timeMs, { source })
  if (answer.value.type !== 'vector') throw new Error('no vector')
  return { ...answer, samples: answer.value.samples.map(({ labels, value }) => [labels, value] as const) }
}

const cumulative = fc
  .array(fc.nat(100), { minLength: 2, maxLength: 12 })
  .map((counts) => ({
    bounds: counts.map((_, i) => (i === counts.length - 1 ? Infinity : i + 1)),
    counts: counts.map((_, i) => counts.slice(0, i + 1).reduce((a, b) => a + b, 0)),
  }))
  .filter(({ counts }) => counts.at(-1)! > 0)

describe('functions of whole vectors', () => {
  it('are all those of Prometheus', () => {
    expect(promqlFunctions.size).toBe(90)
    for (const [name, { name: own }] of promqlFunctions) expect(own).toBe(name)
  })

  it('quantiles of classic histograms never fall as φ rises; fractions are shares', () => {
    const copy = ({ bounds, counts }: { bounds: number[]; counts: number[] }) => ({
      bounds: [...bounds],
      counts: [...counts],
    })
    fc.assert(
      fc.property(
        cumulative,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (buckets, a, b) => {
          const low = classicQuantile(Math.min(a, b), copy(buckets))
          const high = classicQuantile(Math.max(a, b), copy(buckets))
          expect(low.value).toBeLessThanOrEqual(high.value + 1e-9)
          expect(low.forced).toBeUndefined()
          const share = classicFraction(-Infinity, low.value, copy(buckets))
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('lift counts that fell and say where', () => {
    const { value, forced } = classicQuantile(0.5, { bounds: [1, 2, 3, Infinity], counts: [10, 4, 12, 12] })
    expect(value).toBeCloseTo(0.6, 9)
    expect(forced).toEqual({ minBound: 2, maxBound: 2, maxDiff: 6 })
  })

  it('info() adds labels of the target, and of the newest info series only', async () => {
    const series = [
      'up{job="a", instance="x"} 1 1',
      'target_info{job="a", instance="x", version="1", region="eu"} 1 _',
      'target_info{job="a", instance="x", version="2", region="eu"} _ 1',
    ]
    expect((await ask('info(up)', series)).samples).toEqual([
      [{ __name__: 'up', job: 'a', instance: 'x', version: '2', region: 'eu' }, 1],
    ])
    expect((await ask('info(up, {version=~".+"})', series)).samples).toEqual([
      [{ __name__: 'up', job: 'a', instance: 'x', version: '2' }, 1],
    ])
    expect((await ask('info(up, {version="3"})', series)).samples).toEqual([])
  })

  it('label_replace() expands groups as Go does and refuses patterns RE2 does not know', async () => {
    const series = ['up{host="web-12.eu"} 1 1']
    const query = `label_replace(up, "zone", "$2/$\{name}/$9/$$", "host", "(?P<name>[a-z]+)-[0-9]+[.]([a-z]+)")`
    expect((await ask(query, series)).samples[0]?.[0]).toMatchObject({ zone: 'eu/web//$' })
    await expect(ask('label_replace(up, "a", "$1", "host", "(?=x)")', series)).rejects.toThrow(
      'invalid regular expression',
    )
    expect(parseTemplate(`a$1x-$\{2}$`)).toEqual([
      { text: 'a' },
      { group: '1x' },
      { text: '-' },
      { group: '2' },
      { text: '$' },
    ])
  })

  it('refuse label values and quantiles without end before they are made', async () => {
    const long = 'x'.repeat(4_000)
    await expect(
      ask(`label_join(up, "a", "", ${Array.from({ length: 20 }, () => '"host"').join(', ')})`, [
        `up{host="${long}"} 1 1`,
      ]),
    ).rejects.toMatchObject({ code: 'QUERY_TOO_LARGE' })
    const source = new MemorySource()
    const { labels, values } = parseSeriesDefinition('wait {{count:1 sum:1 buckets:[1]}}x300')
    source.add(labels, values, 1_000)
    const range = { startMs: 0, endMs: 200_000, stepMs: 1_000 }
    const query = 'histogram_quantiles(wait, "q", time() / 1000)'
    await expect(createPromqlEngine().range(query, range, { source })).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
    })
  })

  it('leave the event loop to others while they are at work', async () => {
    const source = new MemorySource()
    const { values } = parseSeriesDefinition('x 1x400')
    for (let host = 0; host < 300; host++)
      for (const le of ['1', '2', '5', '+Inf'])
        source.add({ __name__: 'b', host: String(host), le }, values, 1_000)
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    const range = { startMs: 0, endMs: 400_000, stepMs: 1_000 }
    await createPromqlEngine().range('histogram_quantile(0.9, b)', range, { source })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
  })

  it('label names that JavaScript gives a meaning are names like others', async () => {
    const { samples } = await ask('label_replace(up, "__proto__", "x", "", "")', ['up 1 1'])
    expect(Object.entries(samples[0]![0])).toContainEqual(['__proto__', 'x'])
  })

  it('sort naturally', () => {
    expect(['a10', 'a9', 'a', 'b1', 'a10b'].toSorted(compareNaturally)).toEqual([
      'a',
      'a9',
      'a10',
      'a10b',
      'b1',
    ])
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (a, b) => Math.sign(compareNaturally(a, b)) === -Math.sign(compareNaturally(b, a)),
      ),
    )
  })

  it('write and read numbers as Go does', () => {
    expect([1, 0.5, 1e6, 123456789, Number.NaN, -Infinity].map(openMetricsText)).toEqual([
      '1.0',
      '0.5',
      '1e+06',
      '1.23456789e+08',
      'NaN',
      '-Inf',
    ])
    expect(['+Inf', '1e3', 'nan', '', '1 ', '0x10', '.5'].map(parseGoNumber)).toEqual([
      Infinity,
      1000,
      Number.NaN,
      undefined,
      undefined,
      undefined,
      0.5,
    ])
  })
})
