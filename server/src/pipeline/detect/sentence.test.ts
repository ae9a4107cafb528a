import type { Labels } from '@aiops/contract/model/label'
import { describe, expect, it } from 'vitest'
import { seriesOf } from './anomaly.ts'
import type { Opened } from './opened.ts'
import { metricRole } from './rule/profile.ts'
import { sentenceOf } from './sentence.ts'

const opened = (over: Partial<Opened>): Opened => ({
  low: 0,
  mid: 1,
  high: 2,
  startedMs: 0,
  openedMs: 0,
  resumedMs: 0,
  sign: 1,
  worst: 3,
  deviation: 9,
  ratio: 2,
  points: 2,
  history: 30,
  shape: 'SPIKE',
  tier: 'BASIC',
  calmPoints: 0,
  calmSinceMs: 0,
  toldMs: 0,
  toldDeviation: 9,
  ...over,
})
const say = (name: string, unit: string | undefined, labels: Labels, over: Partial<Opened>): string =>
  sentenceOf(
    seriesOf({
      ref: 1,
      tenant: 'default',
      labels: { __name__: name, 'service.name': 'pay', ...labels },
      meta: { kind: 'GAUGE', ...(unit ? { unit } : {}) },
    }),
    metricRole(name, unit),
    opened(over),
  )

describe('what happened in one sentence', () => {
  it('names the metric of a group that is likeliest wrong, and the next', () => {
    const of = (name: string, unit: string) =>
      seriesOf({
        ...{ ref: 1, tenant: 'default', meta: { kind: 'GAUGE', unit } },
        labels: { __name__: name, 'service.name': 'pay' },
      })
    const found = opened({ shape: 'MULTIVARIATE', mid: 30, worst: 18 })
    const others = [of('queue.depth', '{item}'), of('traces.span.duration:p95', 's')]
    expect(sentenceOf(of('traces.span.rate', '1/s'), 'TRAFFIC', found, others)).toBe(
      'metrics at pay are unusual together, most of all rate of requests: 18/s, 40 % below the usual 30/s; then queue.depth and p95 of request duration',
    )
  })

  it.each([
    [
      'http.server.request.duration:p95',
      's',
      {},
      { mid: 0.22, worst: 1.4 },
      'p95 of http.server.request.duration at pay rose to 1.4 s, 6.4 times the usual 220 ms',
    ],
    [
      'http.server.request.duration:error_ratio',
      '1',
      {},
      { mid: 0, worst: 0.5 },
      'error ratio of http.server.request.duration at pay rose to 50 %, usually 0 %',
    ],
    [
      'http.server.request.duration:rate',
      '1/s',
      {},
      { mid: 7, worst: 0.7, sign: -1 },
      'rate of http.server.request.duration at pay fell to 0.7/s, 90 % below the usual 7/s',
    ],
    [
      'traces.edge.error_ratio',
      '1',
      { 'server.address': '127.0.0.1', 'server.port': '9000' },
      { mid: 0, worst: 1 },
      'share of failed calls to 127.0.0.1:9000 at pay rose to 100 %, usually 0 %',
    ],
    [
      'traces.edge.rate',
      '1/s',
      { 'peer.service': 'db' },
      { mid: 4, worst: 5 },
      'rate of calls to db at pay rose to 5/s, 25 % above the usual 4/s',
    ],
    [
      'db.client.connection.count',
      '{connection}',
      { 'db.client.connection.state': 'used' },
      { mid: 0, worst: 8 },
      'db.client.connection.count (used) at pay rose to 8 connections, usually 0 connections',
    ],
    [
      'process.memory.usage',
      'By',
      {},
      { mid: 8e7, worst: 4e8, shape: 'TREND_CHANGE' },
      'process.memory.usage at pay kept climbing to 381 MiB, 5 times the usual 76.3 MiB',
    ],
    [
      'process.cpu.utilization',
      '1',
      {},
      { shape: 'MISSING' },
      'pay went silent: nothing of process.cpu.utilization came any more',
    ],
    [
      'process.memory.usage',
      'By',
      {},
      { worst: 8e7, shape: 'FLAT_LINE' },
      'process.memory.usage at pay stands still at 76.3 MiB; it always moved',
    ],
    [
      'queue.size',
      undefined,
      {},
      { mid: 40, worst: 90, shape: 'VARIANCE_CHANGE', factor: 3.2 },
      'queue.size at pay swings 3.2 times as far as usual around 40',
    ],
    [
      'queue.size',
      undefined,
      {},
      { mid: 40, worst: 41, shape: 'VARIANCE_CHANGE', factor: 0.1 },
      'queue.size at pay hardly swings around 40 any more: by 10 % of the usual',
    ],
    [
      'queue.size',
      undefined,
      {},
      { mid: 80, worst: 20, shape: 'SEASON_BREAK' },
      'queue.size at pay is 20, which it often is but not at this time: 80 is usual now',
    ],
    ['queue.size', undefined, {}, { mid: -4, worst: 3 }, 'queue.size at pay rose to 3, usually -4'],
    ['queue.size', undefined, {}, { mid: 0, worst: 5_000 }, 'queue.size at pay rose to 5,000, usually 0'],
    [
      'cpu_usage_percent',
      undefined,
      {},
      { mid: 31, worst: 62 },
      'cpu_usage_percent at pay rose to 62 %, 2 times the usual 31 %',
    ],
    ['error_rate', '%', {}, { mid: 0, worst: 5 }, 'error_rate at pay rose to 5 %, usually 0 %'],
  ] as const)('%s in %s', (name, unit, labels, over, sentence) =>
    expect(say(name, unit, labels, over)).toBe(sentence),
  )
})
