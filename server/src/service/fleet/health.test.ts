import type { ClusterCheck, ClusterState } from '@aiops/contract/model/cluster'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterCheck, type Health, newHealth } from './health.ts'
import { targets } from './health-table.ts'

type Result = ClusterCheck['result']
const short: Record<string, Result> = { y: 'HEALTHY', n: 'UNHEALTHY', '-': 'NOT_CHECKED' }
/** API server, Prometheus, Tempo, Loki: y healthy, n not, - not checked. */
const checksOf = (text: string): ClusterCheck[] =>
  targets.map((target, i) => {
    const result = short[text[i] ?? '-'] ?? 'NOT_CHECKED'
    return { target, result, message: result === 'UNHEALTHY' ? 'down' : '', time_ms: 1 }
  })
const after = (state: ClusterState, ...checks: string[]): Health =>
  checks.reduce((health, text, i) => afterCheck(health, checksOf(text), i * 1_000), newHealth(0, state))

describe('health of a cluster', () => {
  it.each([
    ['yyyy', 100],
    ['y---', 100],
    ['yn--', 80],
    ['ynnn', 50],
    ['yyn-', 85],
    ['n---', 50],
    ['nyyy', 50],
    ['nnnn', 0],
    ['-n--', 80],
  ])('has the score of the formula: %s gives %i', (checks, score) => {
    expect(after('UNKNOWN', checks).status.health_score).toBe(score)
  })

  it.each([
    ['UNKNOWN', 'yy--', 'ONLINE'],
    ['UNKNOWN', 'yn--', 'DEGRADED'],
    ['UNKNOWN', 'ny--', 'OFFLINE'],
    ['PROVISIONING', 'y---', 'ONLINE'],
    ['ONLINE', 'yyyy', 'ONLINE'],
    ['ONLINE', 'yyyn', 'DEGRADED'],
    ['ONLINE', 'nyyy', 'OFFLINE'],
    ['DEGRADED', 'yyyy', 'ONLINE'],
    ['DEGRADED', 'n---', 'OFFLINE'],
    ['OFFLINE', 'yyyy', 'ONLINE'],
    ['OFFLINE', 'ynyy', 'DEGRADED'],
    ['OFFLINE', 'nnyy', 'OFFLINE'],
    ['UNKNOWN', '-y--', 'ONLINE'],
    ['UNKNOWN', '-yn-', 'DEGRADED'],
    ['ONLINE', '-nn-', 'OFFLINE'],
    ['UNKNOWN', '----', 'UNKNOWN'],
  ] as const)('goes from %s by %s to %s', (from, checks, to) => {
    expect(after(from, checks).status.state).toBe(to)
  })

  it('is intermittent with two changes within the last five checks, and no more once they are over', () => {
    const connectivity = (...checks: string[]) => after('UNKNOWN', ...checks).status.connectivity
    expect(connectivity('y')).toBe('CONNECTED')
    expect(connectivity('n')).toBe('DISCONNECTED')
    expect(connectivity('y', 'n')).toBe('DISCONNECTED')
    expect(connectivity('y', 'n', 'y')).toBe('INTERMITTENT')
    expect(connectivity('y', 'n', 'y', 'y', 'y')).toBe('INTERMITTENT')
    expect(connectivity('y', 'n', 'y', 'y', 'y', 'y')).toBe('CONNECTED')
    expect(connectivity('n', 'y', 'n', 'n', 'n', 'n')).toBe('DISCONNECTED')
  })

  it('says since when, and names what failed', () => {
    const { status } = after('UNKNOWN', 'yy--', 'yn--', 'yn--')
    expect(status).toMatchObject({
      ...{
        state: 'DEGRADED',
        since: new Date(1_000).toISOString(),
        checked_at: new Date(2_000).toISOString(),
      },
      ...{ last_error: 'Prometheus: down', api_server_healthy: true, prometheus_healthy: false },
    })
  })

  it('follows the last check alone in state and score, whatever came before', () => {
    const one = fc
      .array(fc.constantFrom('y', 'n', '-'), { minLength: 4, maxLength: 4 })
      .map((all) => all.join(''))
    fc.assert(
      fc.property(fc.array(one, { maxLength: 10 }), one, (before, last) => {
        fc.pre(last !== '----')
        const { state, health_score } = after('UNKNOWN', ...before, last).status
        expect({ state, health_score }).toMatchObject({
          state: after('UNKNOWN', last).status.state,
          health_score: after('UNKNOWN', last).status.health_score,
        })
      }),
    )
  })
})
