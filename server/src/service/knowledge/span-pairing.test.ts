import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredSpan } from '../../port/trace-store.ts'
import { type Call, SpanPairing } from './span-pairing.ts'

const limits = { waitMs: 30_000, spansMax: 1_000 }
const span = (parts: Partial<StoredSpan>): StoredSpan => ({
  traceId: 't1',
  spanId: 's1',
  parentSpanId: '',
  name: 'op',
  service: 'front',
  kind: 'CLIENT',
  startMs: 1_000,
  durationMs: 20,
  status: 'UNSET',
  statusMessage: '',
  attributes: {},
  ...parts,
})
const at = (address: string, port: string) => ({ 'server.address': address, 'server.port': port })
const pair = (n: number, caller: string, callee: string): StoredSpan[] => [
  span({
    traceId: `t${n}`,
    spanId: `c${n}`,
    service: caller,
    attributes: at('127.0.0.1', `90${callee.length}`),
  }),
  span({ traceId: `t${n}`, spanId: `s${n}`, parentSpanId: `c${n}`, service: callee, kind: 'SERVER' }),
]
/** Those told again with both their ends are told once already. */
const shown = (calls: readonly Call[]): string[] =>
  calls.filter(({ again }) => !again).map((call) => `${call.caller}>${call.callee.kind}/${call.callee.name}`)

describe('pairing spans', () => {
  it('finds every call exactly once, whatever the order in which its ends come', () => {
    const calls = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('dd', 'eee', 'ffff')), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(calls, fc.infiniteStream(fc.nat()), (drawn, order) => {
        const spans = drawn.flatMap(([caller, callee], n) => pair(n, caller, callee))
        const shuffled = spans
          .map((one) => ({ one, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
        const pairing = new SpanPairing(limits)
        const found = shuffled.flatMap(({ one }, i) => pairing.add(one, 2_000 + i))
        expect(shown(found).sort()).toEqual(
          drawn.map(([caller, callee]) => `${caller}>service/${callee}`).sort(),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('knows whom a dead service was, by the address it answered at before', () => {
    const pairing = new SpanPairing(limits)
    for (const one of pair(1, 'front', 'payments')) pairing.add(one, 1_000)
    const failed = span({ traceId: 't2', spanId: 'c2', status: 'ERROR', attributes: at('127.0.0.1', '908') })
    expect(pairing.add(failed, 60_000)).toMatchObject([
      { caller: 'front', callee: { kind: 'service', name: 'payments' }, failed: true },
    ])
    expect(pairing.addresses.resolve('127.0.0.1:908', 60_000)).toBe('payments')
  })

  it('does not guess where two services answer at one address', () => {
    const pairing = new SpanPairing(limits)
    const attributes = at('gateway', '80')
    for (const [n, callee] of ['x', 'y'].entries()) {
      pairing.add(span({ traceId: `t${n}`, spanId: `c${n}`, attributes }), 1_000 + n)
      pairing.add(
        span({ traceId: `t${n}`, spanId: `s${n}`, parentSpanId: `c${n}`, service: callee, kind: 'SERVER' }),
        1_000 + n,
      )
    }
    expect(pairing.add(span({ traceId: 't9', spanId: 'c9', attributes }), 2_000)).toEqual([])
  })

  it('takes peer.service and db.system where nothing else is known', () => {
    const pairing = new SpanPairing(limits)
    expect(shown(pairing.add(span({ attributes: { 'peer.service': 'billing' } }), 0))).toEqual([
      'front>service/billing',
    ])
    expect(
      shown(
        pairing.add(
          span({ spanId: 's2', attributes: { 'db.system': 'postgresql', 'db.name': 'orders' } }),
          0,
        ),
      ),
    ).toEqual(['front>database/postgresql/orders'])
  })

  it('reads the address from a URL where that is all there is', () => {
    const pairing = new SpanPairing(limits)
    pairing.add(span({ attributes: { 'url.full': 'http://pay.local:8443/charge?x=1' } }), 0)
    pairing.add(span({ spanId: 's2', parentSpanId: 's1', service: 'payments', kind: 'SERVER' }), 0)
    expect(pairing.addresses.resolve('pay.local:8443', 0)).toBe('payments')
  })

  it('holds no more than it may, and nothing longer than it may', () => {
    const pairing = new SpanPairing(limits)
    for (let i = 0; i < 5_000; i += 1) pairing.add(span({ spanId: `c${i}` }), i)
    expect(pairing.waiting).toBeLessThanOrEqual(1_000)
    pairing.add(span({ spanId: 'late' }), 100_000)
    expect(pairing.waiting).toBe(1)
    expect(
      pairing.add(span({ spanId: 'child', parentSpanId: 'c4999', service: 'x', kind: 'SERVER' }), 100_000),
    ).toEqual([])
  })
})
