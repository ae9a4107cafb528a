import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { Rig } from '../rig.suite.ts'
import { parseLine } from './line.ts'
import { type StatsdDrop, type StatsdLimits, StatsdWindow } from './window.ts'

const limits: StatsdLimits = {
  seriesMax: 20,
  setValuesMax: 4,
  idleFlushesMax: 2,
  timerBounds: [10, 100],
  histogramBounds: [1, 2],
}
const TEN_S = 10_000

/** A platform and one StatsD window before it. */
async function listening(options: Partial<StatsdLimits> = {}) {
  const drops: StatsdDrop[] = []
  let rig = await Rig.started()
  const window = new StatsdWindow({ ...limits, ...options }, (reason) => drops.push(reason))
  return {
    drops,
    window,
    get rig() {
      return rig
    },
    async restart() {
      rig.checkpoint('metrics')
      rig = await rig.crash()
    },
    async flush(...packets: string[]) {
      for (const packet of packets) window.add(packet)
      await rig.clock.advance(TEN_S)
      const body = window.flush(rig.clock.now())
      const before = rig.stored.metrics.length
      if (body)
        await rig.ingest.deliver('statsd', {
          kind: 'statsd',
          tenant: 'default',
          body,
          encoding: 'identity',
          format: 'json',
        })
      return rig.stored.metrics.slice(before).map(({ labels, kind, value }) => {
        const { __name__: name, ...rest } = labels
        return [name, rest, kind, value]
      })
    },
  }
}

describe('StatsD', () => {
  it('counters grow, sample rates are made up for, and a restart goes on where the store was', async () => {
    const sender = await listening()
    expect(await sender.flush('hits:1|c\nhits:2|c|@0.5\nhits:3:4|c')).toEqual([['hits', {}, 'COUNTER', 12]])
    expect(await sender.flush()).toEqual([['hits', {}, 'COUNTER', 12]])
    await sender.restart()
    expect(await sender.flush('hits:-1|c\r\nhits:4|c')).toEqual([['hits', {}, 'COUNTER', 15]])
  })

  it('gauges are set, changed, and changed from what the store holds', async () => {
    const sender = await listening()
    expect(await sender.flush('g:5|g', 'g:+2|g', 'g:-1.5|g')).toEqual([['g', {}, 'GAUGE', 5.5]])
    expect(await sender.flush()).toEqual([['g', {}, 'GAUGE', 5.5]])
    const after = await listening()
    expect(await after.flush('g:+2|g')).toEqual([['g', {}, 'GAUGE', 2]])
    expect(await after.flush('g:+2|g')).toEqual([['g', {}, 'GAUGE', 4]])
    expect(await after.flush()).toEqual([['g', {}, 'GAUGE', 4]])
  })

  it('timers become cumulative buckets, a sum and a count', async () => {
    const sender = await listening()
    await sender.flush('t:10|ms|#path:/a', 't:50|ms|@0.5|#path:/a')
    expect(await sender.flush('t:500|ms|#path:/a')).toEqual([
      ['t_bucket', { path: '/a', le: '10' }, 'HISTOGRAM', 1],
      ['t_bucket', { path: '/a', le: '100' }, 'HISTOGRAM', 3],
      ['t_bucket', { path: '/a', le: '+Inf' }, 'HISTOGRAM', 4],
      ['t_sum', { path: '/a' }, 'COUNTER', 610],
      ['t_count', { path: '/a' }, 'COUNTER', 4],
    ])
    expect(sender.rig.stored.metrics[0]?.unit).toBe('ms')
    expect(
      (await sender.flush('h:1.5:3|h', 'd:1|d')).filter(([name]) =>
        /^[hd]_(bucket|count)/.test(String(name)),
      ),
    ).toEqual([
      ['h_bucket', { le: '1' }, 'HISTOGRAM', 0],
      ['h_bucket', { le: '2' }, 'HISTOGRAM', 1],
      ['h_bucket', { le: '+Inf' }, 'HISTOGRAM', 2],
      ['h_count', {}, 'COUNTER', 2],
      ['d_bucket', { le: '1' }, 'HISTOGRAM', 1],
      ['d_bucket', { le: '2' }, 'HISTOGRAM', 1],
      ['d_bucket', { le: '+Inf' }, 'HISTOGRAM', 1],
      ['d_count', {}, 'COUNTER', 1],
    ])
  })

  it('sets count different values, exactly up to the limit, anew in each window', async () => {
    const sender = await listening()
    expect(await sender.flush('u:a|s\nu:b|s\nu:a|s\nu:x:y|s')).toEqual([['u', {}, 'GAUGE', 3]])
    expect(await sender.flush('u:1|s\nu:2|s\nu:3|s\nu:4|s\nu:5|s')).toEqual([['u', {}, 'GAUGE', 4]])
    expect(sender.drops).toEqual(['set_limit'])
  })

  it('tags are labels, in whatever order they come', async () => {
    const sender = await listening()
    expect(
      await sender.flush(
        'a:1|c|#env:prod,canary,host.name:x:1',
        'a:1|c|#canary,host.name:x:1,env:prod|c:ci-1|T1700000000',
      ),
    ).toEqual([['a', { canary: 'true', env: 'prod', 'host.name': 'x:1' }, 'COUNTER', 2]])
  })

  it('a series that is silent for long is forgotten', async () => {
    const sender = await listening()
    await sender.flush('a:1|c')
    expect(await sender.flush()).toHaveLength(1)
    expect(await sender.flush()).toHaveLength(0)
    expect(sender.window.series).toBe(0)
    expect(await sender.flush('a:1|g')).toEqual([['a', {}, 'GAUGE', 1]])
  })

  it('what cannot be taken is counted and disturbs nobody', async () => {
    const sender = await listening({ seriesMax: 2 })
    const bad = [
      'x',
      ':1|c',
      'a:1',
      'a:1|x',
      'a:b|c',
      'a:1|c|@0',
      'a:1|c|@2',
      'a:1e999|c',
      'a:NaN|g',
      'a:1::2|c',
    ]
    const rows = await sender.flush(
      ...bad,
      '_e{1,1}:a|b',
      '_sc|a|0',
      'a:1|c',
      'a:1|g',
      'b:1|c',
      'c:1|c',
      `${'n'.repeat(600)}:1|c`,
    )
    expect(rows.map(([name]) => name)).toEqual(['a', 'b'])
    expect(sender.drops).toEqual([
      ...bad.map(() => 'malformed'),
      'unsupported',
      'unsupported',
      'type_changed',
      'series_limit',
      'too_long',
    ])
  })

  it('a poisoned tag costs its own series only', async () => {
    const sender = await listening()
    const rows = await sender.flush('a:1|c|#__proto__:x', 'b:1|c|#__name__:x', 'c:1|c', 'd:1|c|#x\0:1')
    expect(rows).toEqual([
      ['b', {}, 'COUNTER', 1],
      ['c', {}, 'COUNTER', 1],
    ])
  })
})

it('no line throws, and what is taken is finite', () => {
  const part = fc.constantFrom(
    'a',
    ':',
    '|',
    'c',
    'g',
    'ms',
    '@',
    '#',
    '1',
    '-',
    '+',
    '.',
    'e',
    '9',
    ',',
    '_e{',
    '\uD800',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const line = parseLine(parts.join(''))
      if (typeof line !== 'string') expect(line.values.every(Number.isFinite)).toBe(true)
    }),
    { numRuns: 5_000 },
  )
})

it('an entry that is no window is refused with a fault', async () => {
  const rig = await Rig.started()
  const row = (...cells: unknown[]) => ({
    time_ms: 1,
    timer_bounds: [1],
    histogram_bounds: [],
    rows: [cells],
  })
  const bodies = [
    '',
    '[]',
    '{}',
    JSON.stringify(row('ms', 'a', '', 1, [1])),
    JSON.stringify(row('x', 'a', '', 1, [])),
  ]
  for (const text of bodies) {
    const body = Buffer.from(text)
    const delivery = {
      kind: 'statsd',
      tenant: 'default',
      body,
      encoding: 'identity',
      format: 'json',
    } as const
    expect(isFault(await rig.ingest.deliver('statsd', delivery).catch((error) => error))).toBe(true)
  }
})
