import { describe, expect, it } from 'vitest'
import { createPromqlEngine } from '../engine.ts'
import { type EvalOutcome, runScript } from './index.ts'

const run = async (script: string): Promise<EvalOutcome[]> => {
  const outcomes: EvalOutcome[] = []
  for await (const outcome of runScript(script, createPromqlEngine())) outcomes.push(outcome)
  return outcomes
}
const data = `load 1m
  requests_total{path="/a"} 0+60x10
  requests_total{path="/b"} 0+120x10
  latency {{schema:0 sum:5 count:4 buckets:[1 2 1]}}x10
  queue 1 2 _ 4 stale 6
`
const reasonOf = async (evaluation: string): Promise<string | undefined> => {
  const outcomes = await run(`${data}\n${evaluation}`)
  expect(outcomes).toHaveLength(1)
  return outcomes[0]?.reason
}

describe('a test script', () => {
  it.each([
    'eval instant at 10m rate(requests_total[5m])\n  {path="/a"} 1\n  {path="/b"} 2',
    'eval range from 0 to 3m step 1m queue\n  queue 1 2 2 4',
    'eval instant at 1m queue{path="/c"}',
    'eval instant at 1m 1 + 1\n  2',
    'eval instant at 1m "text"\n  expect string "text"',
    'eval instant at 2m queue[3m]\n  expect range vector from 0 to 1m step 1m\n  queue 1 2',
    'eval instant at 1m latency\n  latency {{schema:0 sum:5 count:4 buckets:[1 2 1]}}',
    'eval instant at 1m rate(queue[2m])\n  expect info regex: might not be a counter\n  {} 0.0166666666667',
    'eval instant at 1m {__name__=~"queue|latency"} * 2\n  expect fail',
    'eval instant at 1m sort_desc(requests_total)\n  expect ordered\n  requests_total{path="/b"} 120\n  requests_total{path="/a"} 60',
  ])('passes where the answer is as written: %s', async (evaluation) => {
    expect(await reasonOf(evaluation)).toBeUndefined()
  })

  it.each([
    ['value', 'eval instant at 1m queue\n  queue 2.00001'],
    ['value', 'eval range from 0 to 3m step 1m queue\n  queue 1 2 _ 4'],
    ['value', 'eval instant at 1m latency\n  latency {{schema:0 sum:5 count:4 buckets:[1 1 2]}}'],
    ['value', 'eval instant at 1m latency\n  latency 4'],
    ['value', 'eval instant at 2m queue[3m]\n  expect range vector from 0 to 1m step 1m\n  queue 1 3'],
    ['series', 'eval instant at 1m queue'],
    ['series', 'eval instant at 1m queue\n  queue 2\n  other 3'],
    ['series', 'eval instant at 1m -queue\n  queue -2'],
    ['type', 'eval instant at 1m queue\n  2'],
    ['type', 'eval instant at 1m 1 + 1\n  {} 2'],
    ['value', 'eval instant at 1m "text"\n  expect string "test"'],
    ['error', 'eval instant at 1m queue +'],
    ['error', 'eval instant at 1m queue +\n  expect fail msg: something else'],
    ['no error', 'eval instant at 1m queue\n  expect fail'],
    ['info', 'eval instant at 1m rate(queue[2m])\n  expect no_info\n  {} 0.0166666666667'],
    ['info', 'eval instant at 1m queue\n  expect info\n  queue 2'],
    ['warning', 'eval instant at 1m queue\n  expect warn\n  queue 2'],
    [
      'order',
      'eval instant at 1m sort(requests_total)\n  expect ordered\n  requests_total{path="/b"} 120\n  requests_total{path="/a"} 60',
    ],
  ])('fails by %s where it is not: %s', async (reason, evaluation) => {
    expect(await reasonOf(evaluation)).toBe(reason)
  })

  it('asks an instant query again at other moments and within a range', async () => {
    const asked: string[] = []
    const engine = createPromqlEngine()
    const outcomes: EvalOutcome[] = []
    for await (const outcome of runScript(`${data}\neval instant at 1m queue offset 1m\n  queue 1`, {
      instant: (query, timeMs, context) => {
        asked.push(`${query} at ${timeMs}`)
        return engine.instant(query, timeMs, context)
      },
      range: (query, range, context) => {
        asked.push(`${query} from ${range.startMs}`)
        return engine.range(query, range, context)
      },
    }))
      outcomes.push(outcome)
    expect(outcomes.map(({ failure }) => failure)).toEqual([undefined])
    expect(asked).toContain('queue offset 1m @ 60.000 at -600000')
    expect(asked).toContain('queue offset 1m from 0')
  })

  it('converts classic histograms where it is asked to, and forgets what it loaded', async () => {
    const outcomes = await run(`load_with_nhcb 1m
  wait_bucket{le="1"} 0+1x5
  wait_bucket{le="+Inf"} 0+3x5
  wait_sum 0+2x5
  wait_count 0+3x5

eval instant at 2m wait
  wait {{schema:-53 sum:4 count:6 custom_values:[1] buckets:[2 4]}}

clear

eval instant at 2m wait
`)
    expect(outcomes.map(({ failure }) => failure)).toEqual([undefined, undefined])
  })

  it('says which line cannot be read', async () => {
    await expect(run('load 1m\n  up 1 2\n\neval sometime up\n')).rejects.toThrow('line 4')
    await expect(run('load 1m\n  up 1 two\n')).rejects.toThrow('line 1')
    await expect(run('eval instant at 1m up\n  up 1 2\n')).rejects.toThrow('one value')
  })
})
