import { expect, it } from 'vitest'
import { createPrometheusBackend } from '../../../adapter/prometheus/index.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { type Random, seededRandom } from '../../../kernel/random.ts'
import type { HttpRequest, HttpResponse } from '../../../port/http-client.ts'
import { parsePromql } from '../promql/parse/parse.ts'
import { fleetOf } from './fleet.suite.ts'
import { askMetrics } from './metric-federation.ts'
import { fleetAnswer } from './outcome.ts'
import { engine } from './simulated-cluster.suite.ts'

const range = { startMs: 1_000_000, endMs: 1_060_000, stepMs: 30_000 }
const cases = 10_000
const atOnce = 200

type Behave = (request: HttpRequest) => Promise<HttpResponse>
const reply = (body: unknown, status = 200): HttpResponse => ({
  ...{ status, headers: {} },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})
const matrix = (values: unknown, metric: object = { __name__: 'up' }) => ({
  status: 'success',
  data: { resultType: 'matrix', result: [{ metric, values }] },
})
const well = [
  [1_000, '1'],
  [1_030, '1'],
  [1_060, '1'],
]
const fails =
  (code: 'UPSTREAM_FAILED' | 'TIMEOUT' | 'BODY_TOO_LARGE' | 'PERMISSION_DENIED', why: string) => async () => {
    throw new Fault(code, why)
  }

/** What can be wrong with a cluster, and how its part of the answer must be marked. */
const faults: Record<string, { behave: Behave; status: string }> = {
  refused: { behave: fails('UPSTREAM_FAILED', 'connect ECONNREFUSED'), status: 'ERROR' },
  reset: { behave: fails('UPSTREAM_FAILED', 'socket hang up'), status: 'ERROR' },
  denied: { behave: fails('PERMISSION_DENIED', 'The address is not allowed.'), status: 'ERROR' },
  huge: { behave: fails('BODY_TOO_LARGE', 'The answer is too large.'), status: 'ERROR' },
  late: { behave: fails('TIMEOUT', 'It did not answer in time.'), status: 'TIMEOUT' },
  hangs: { behave: () => new Promise(() => {}), status: 'TIMEOUT' },
  crashed: { behave: async () => reply('Internal Server Error', 500), status: 'ERROR' },
  overloaded: {
    behave: async () => reply({ status: 'error', errorType: 'unavailable', error: 'x' }, 503),
    status: 'ERROR',
  },
  forbidden: { behave: async () => reply('no', 403), status: 'ERROR' },
  moved: { behave: async () => reply('', 301), status: 'ERROR' },
  html: { behave: async () => reply('<html>sign in</html>'), status: 'ERROR' },
  cut: { behave: async () => reply('{"status":"success","data":{"resul'), status: 'ERROR' },
  empty: { behave: async () => reply(''), status: 'ERROR' },
  null: { behave: async () => reply('null'), status: 'ERROR' },
  scalar: {
    behave: async () => reply({ status: 'success', data: { resultType: 'matrix', result: 7 } }),
    status: 'ERROR',
  },
  early: { behave: async () => reply(matrix([[1, '1']])), status: 'ERROR' },
  future: { behave: async () => reply(matrix([[9e9, '1']])), status: 'ERROR' },
  disorder: { behave: async () => reply(matrix([...well].reverse())), status: 'ERROR' },
  twice: { behave: async () => reply(matrix([well[0], well[0]])), status: 'ERROR' },
  words: { behave: async () => reply(matrix([[1_000, 'one']])), status: 'ERROR' },
  hex: { behave: async () => reply(matrix([[1_000, '0x10']])), status: 'ERROR' },
  labels: { behave: async () => reply(matrix(well, { a: { b: 'c' } })), status: 'ERROR' },
  half: { behave: async () => reply({ ...matrix(well), warnings: ['store b: refused'] }), status: 'PARTIAL' },
  confessed: { behave: async () => reply({ ...matrix(well), isPartial: true }), status: 'PARTIAL' },
}
/** Between steps: no honest Prometheus answers there, which only shows where steps are counted. */
const offStep = { behave: async () => reply(matrix([[1_001, '1']])), status: 'ERROR' }

const access = async () => ({ headers: {} })
const clusterOf = (name: string, behave: Behave) => ({
  ...{ id: name, name, labels: {} },
  metrics: createPrometheusBackend({ send: behave }, { url: 'http://spoke', bytesMax: 1e6, access }),
})

async function oneCase(random: Random, mode: 'MERGE' | 'SUM' | 'GLOBAL'): Promise<void> {
  const known = Object.entries(mode === 'GLOBAL' ? { ...faults, offStep } : faults)
  const members = Array.from({ length: 2 + Math.floor(random.next() * 6) }, (_, i) => {
    const [kind, fault] = known[Math.floor(random.next() * known.length)]!
    const bad = i > 0 && random.next() < 0.5
    return bad
      ? { name: `c${i}-${kind}`, ...fault }
      : { name: `c${i}`, behave: async () => reply(matrix(well)), status: 'SUCCESS' }
  })
  const deps = {
    clock: systemClock,
    fleet: fleetOf({ retry_attempts: 1 }),
    engine,
    clusterLabel: 'cluster',
    localId: 'c0',
  }
  const answer = await askMetrics(deps, {
    ...{ tenant: 'default', expression: parsePromql('sum(up)'), when: range, mode, timeoutMs: 60 },
    clusters: members.map(({ name, behave }) => clusterOf(name, behave)),
  })
  const { missing } = fleetAnswer(answer.outcomes, 0)
  const named = Object.fromEntries(missing.map(({ cluster_name, status }) => [cluster_name, status]))
  const bad = members.filter(({ status }) => status !== 'SUCCESS')
  expect(named).toEqual(Object.fromEntries(bad.map(({ name, status }) => [name, status])))
  expect(missing.every(({ reason }) => reason !== '')).toBe(true)
  if (mode === 'MERGE' || answer.combined?.type !== 'matrix') return
  const whole = members.filter(({ status }) => status === 'SUCCESS' || status === 'PARTIAL').length
  expect(answer.combined.series[0]?.values).toEqual([whole, whole, whole])
}

it(`names every cluster that is missing, and counts no number of it, in ${cases} faulty fleets`, async () => {
  const random = seededRandom(20_261_121)
  for (let done = 0; done < cases; done += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, (_, i) =>
        oneCase(random, (['MERGE', 'SUM', 'GLOBAL'] as const)[i % 3]!),
      ),
    )
}, 120_000)
