import { describe, expect, it } from 'vitest'
import { createPromqlEngine } from '../engine.ts'
import { runScript } from './index.ts'

/** The first eval that fails, and how. */
async function failureOf(script: string): Promise<string | undefined> {
  let evals = 0
  for await (const { query, failure } of runScript(script, createPromqlEngine())) {
    evals += 1
    if (failure !== undefined) return `${query}: ${failure}`
  }
  expect(evals).toBeGreaterThan(0)
  return undefined
}

describe('anchored and smoothed selectors', () => {
  const counter = 'load 10s\n  jobs_total 10 20 30 5 15 _ _ 45\n  depth 10 20 30 5\n'
  it.each([
    // The sample at the window's start counts as well: 20 to 5 after 30, and 5 to 15.
    'eval instant at 40s increase(jobs_total[30s] anchored)\n  {} 25',
    'eval instant at 40s rate(jobs_total[30s] anchored)\n  {} 0.8333333333333334',
    'eval instant at 35s delta(depth[20s] anchored)\n  {} -15',
    'eval instant at 40s resets(jobs_total[10s] anchored)\n  {} 0',
    'eval instant at 30s resets(jobs_total[10s] anchored)\n  {} 1',
    'eval instant at 30s changes(jobs_total[10s] anchored)\n  {} 1',
    // From 25 at 15 s over 30 to 2.5 at 25 s, where a counter that began anew is on its way from 0 to 5.
    'eval instant at 25s increase(jobs_total[10s] smoothed)\n  {} 7.5',
    // Between 15 at 40 s and 45 at 70 s.
    'eval instant at 60s increase(jobs_total[10s] smoothed)\n  {} 10',
    'eval instant at 55s jobs_total smoothed\n  jobs_total 30',
    'eval instant at 90s jobs_total smoothed\n  jobs_total 45',
    'eval range from 0 to 20s step 5s jobs_total smoothed\n  jobs_total 10 15 20 25 30',
    'eval instant at 5m10s increase(jobs_total[10s] anchored)',
    'eval instant at 40s sum_over_time(jobs_total[10s] smoothed)\n  expect fail msg: smoothed modifier can only be used with: delta, increase, rate - not with sum_over_time',
    'eval instant at 40s irate(jobs_total[10s] anchored)\n  expect fail msg: anchored modifier can only be used with: changes, delta, increase, rate, resets - not with irate',
    'eval instant at 25s depth[10s] smoothed\n  expect range vector from 15s to 25s step 5s\n  depth 25 30 17.5',
  ])('%s', async (evaluation) => {
    expect(await failureOf(`${counter}\n${evaluation}`)).toBeUndefined()
  })

  it('draw lines between histograms, and take a gauge for none of a counter', async () => {
    const script = `load 10s
  sizes {{schema:0 sum:10 count:4 buckets:[4]}} {{schema:0 sum:30 count:8 buckets:[8]}} {{schema:0 sum:5 count:2 buckets:[2]}}

eval instant at 5s sizes smoothed
  sizes {{schema:0 sum:20 count:6 buckets:[6]}}

eval instant at 15s histogram_count(sizes smoothed)
  {} 1

eval instant at 20s histogram_count(increase(sizes[20s] anchored))
  {} 6

eval instant at 10s histogram_sum(delta(sizes[10s] anchored))
  expect warn regex: not a gauge
  {} 20
`
    expect(await failureOf(script)).toBeUndefined()
  })
})

describe('durations that are worked out', () => {
  it.each([
    'eval range from 60s to 80s step 10s count_over_time(up[step() * 2])\n  {} 20 20 20',
    'eval range from 60s to 80s step 10s count_over_time(up[min_of(range(), 5s)])\n  {} 5 5 5',
    'eval range from 60s to 80s step 10s up offset (step() / 2)\n  up 55 65 75',
    'eval range from 60s to 80s step 10s up offset -max_of(step(), 3s)\n  up 70 80 90',
    'eval range from 60s to 80s step 10s sum_over_time(up[2s+2s:step()/5])\n  {} 118 138 158',
    'eval instant at 60s count_over_time(up[(1m - 50s) * 2])\n  {} 20',
    'eval instant at 60s count_over_time(up[step()])\n  expect fail msg: duration must be greater than 0: step()',
    'eval instant at 60s count_over_time(up[5s / (3s - 3)])\n  expect fail msg: division by zero: 5s / (3s - 3)',
    'eval instant at 60s up offset (10 ^ 400)\n  expect fail msg: duration is NaN or infinite: (10 ^ 400)',
  ])('%s', async (evaluation) => {
    expect(await failureOf(`load 1s\n  up 0+1x100\n\n${evaluation}`)).toBeUndefined()
  })
})

describe('start timestamps', () => {
  it('tell of resets that values hide, of deltas, and of when a counter began', async () => {
    const script = `load 10s
  hidden_total@st  _ -10s -20s -5s -15s
  hidden_total     _   10   20  30   40
  delta_total@st   _    _ -10sx2
  delta_total      _    _    5x2

eval instant at 40s increase(hidden_total[31s])
  {} 51.666666666666664

eval instant at 40s resets(hidden_total[40s])
  {} 1

eval instant at 40s irate(delta_total[40s])
  {} 0.5

eval instant at 40s increase(delta_total[31s])
  {} 15

eval instant at 40s resets(hidden_total[40s:10s])
  {} 0

eval instant at 30s start_timestamp(hidden_total)
  {} 25

eval instant at 30s start_timestamp(hidden_total + 0)
`
    expect(await failureOf(script)).toBeUndefined()
  })

  it.each([
    ['no samples follow', 'load 1m\n  up@st -1m\n'],
    ['the series after it is another', 'load 1m\n  up@st -1m\n  down 1\n'],
    ['2 of them, and 3 samples', 'load 1m\n  up@st -1mx1\n  up 1x2\n'],
    ['cannot be read as a start timestamp', 'load 1m\n  up@st soon\n  up 1\n'],
  ])('are refused where they fit no samples: %s', async (why, script) => {
    await expect(failureOf(script)).rejects.toThrow(why)
  })
})

describe('names of computed series', () => {
  it('go with the type and unit that no longer fit', async () => {
    const script = `load 1m
  requests_total{__type__="counter", __unit__="request", path="/a"} 0+60x10

eval instant at 5m requests_total
  requests_total{__type__="counter", __unit__="request", path="/a"} 300

eval instant at 5m rate(requests_total[2m])
  {path="/a"} 1

eval instant at 5m requests_total / requests_total
  {path="/a"} 1

eval instant at 5m sum without (path) (requests_total)
  {__type__="counter", __unit__="request"} 300
`
    expect(await failureOf(script)).toBeUndefined()
  })
})

it('contradicting resets of histograms show where only their counts are wanted', async () => {
  const script = `load 1m
  sizes{at="early"} {{schema:0 sum:1 count:9 buckets:[9]}} {{schema:0 sum:1 count:2 buckets:[2]}} {{schema:0 sum:1 count:3 buckets:[3]}}
  sizes{at="late"}  {{schema:0 sum:1 count:3 buckets:[3]}} {{schema:0 sum:1 count:4 buckets:[4]}} {{schema:0 sum:1 count:1 buckets:[1]}}

eval instant at 2m histogram_count(sum(sizes))
  expect warn msg: PromQL warning: conflicting counter resets during histogram aggregation (1:21)
  {} 4

eval instant at 2m histogram_quantile(0.5, sum(sizes))
  expect no_warn
  {} 0.7071067811865475
`
  expect(await failureOf(script)).toBeUndefined()
})

it('limit_ratio picks the series that Prometheus picks', async () => {
  const script = `load 1m
  up{job="a"} 1
  up{job="b"} 1
  up{job="e"} 1
  up{job="g"} 1

eval instant at 0 limit_ratio(0.5, up)
  up{job="e"} 1
  up{job="g"} 1

eval instant at 0 limit_ratio(-0.5, up)
  up{job="a"} 1
  up{job="b"} 1
`
  expect(await failureOf(script)).toBeUndefined()
})
