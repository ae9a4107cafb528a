import type { Event } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import { IngestConfig } from '../config.ts'
import type { PlainAlert } from '../index.ts'
import { labelLimits } from '../label-set.ts'
import { AlertIntake } from './alert-intake.ts'
import { fingerprintOf, labelFingerprint } from './fingerprint.ts'

const config = IngestConfig.parse({})
const t0 = 1_700_000_000_000
const iso = (ms: number): string => new Date(ms).toISOString()

async function open(knownMax = 100) {
  const records = await openSqliteRecordStore(':memory:')
  const clock = new ManualClock(t0)
  const events: Event[] = []
  const bus = { publish: (_: string, event: Event) => void events.push(event) } as unknown as EventBus
  const deps = { alerts: records.alerts, bus, clock, random: seededRandom(1) }
  const intake = new AlertIntake(deps, { labels: labelLimits(config), alertsMax: 1_000, knownMax })
  const states = async () => {
    const { alerts } = await records.alerts.list('default', { severities: [], limit: 1_000 })
    return Object.fromEntries(
      alerts.map((a: Alert) => [`${a.fingerprint} ${a.starts_at}`, `${a.status} ${a.ends_at}`]),
    )
  }
  return { intake, clock, events, states, records }
}

/** One message of a sender: which alert, which of its stretches, and whether it says that this is over, and since when. */
type Message = { which: number; stretch: number; endsMs: number | null }
const message: fc.Arbitrary<Message> = fc.record({
  which: fc.nat(2),
  stretch: fc.nat(2),
  endsMs: fc.option(fc.integer({ min: 1, max: 50_000 }), { nil: null }),
})
const startOf = ({ stretch }: Message): number => t0 + stretch * 100_000
const alertOf = (one: Message): PlainAlert => ({
  name: `A${one.which}`,
  severity: 'critical',
  status: one.endsMs === null ? 'FIRING' : 'RESOLVED',
  message: 'm',
  labels: { n: String(one.which) },
  annotations: {},
  starts_at: iso(startOf(one)),
  ends_at: one.endsMs === null ? undefined : iso(startOf(one) + one.endsMs),
})

/** Order plays no part in it: an alert's stretch is over once anything said so, at the latest end that was named. */
function oracle(messages: readonly Message[]): Record<string, string> {
  const byStretch = Map.groupBy(messages, (one) => {
    const { name, labels } = alertOf(one)
    return `${fingerprintOf(name, labels)} ${iso(startOf(one))}`
  })
  const states = [...byStretch].map(([key, all]) => {
    const ends = all.flatMap((one) => (one.endsMs === null ? [] : [startOf(one) + one.endsMs]))
    return [key, ends.length === 0 ? 'FIRING null' : `RESOLVED ${iso(Math.max(...ends))}`]
  })
  return Object.fromEntries(states) as Record<string, string>
}

describe('alerts in any order', () => {
  it('duplicated, out of order or resolved before they fire, end in the one state that their messages say', async () => {
    const orders = fc
      .array(message, { minLength: 1, maxLength: 12 })
      .chain((sent) =>
        fc.tuple(
          fc.constant(sent),
          fc.shuffledSubarray([...sent, ...sent], { minLength: sent.length * 2 }),
          fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 24, maxLength: 24 }),
        ),
      )
    const { intake, states, records } = await open(5)
    let run = 0
    await fc.assert(
      fc.asyncProperty(orders, async ([sent, order, sizes]) => {
        // A tenant for each run: opening a store for each would be most of the time.
        const tenant = `t${run++}`
        const rest = [...order]
        for (const size of sizes) await intake.accept(tenant, 'test', rest.splice(0, size).map(alertOf))
        expect(rest).toEqual([])
        const { alerts } = await records.alerts.list(tenant, { severities: [], limit: 100 })
        expect(
          Object.fromEntries(
            alerts.map((a) => [`${a.fingerprint} ${a.starts_at}`, `${a.status} ${a.ends_at}`]),
          ),
        ).toEqual(oracle(sent))
      }),
      { numRuns: 2_000 },
    )
    expect(await states()).toEqual({})
  }, 60_000)

  it('raise at most one event for firing and one for the end of each stretch', async () => {
    const { intake, events } = await open()
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 12 }), async (sent) => {
        const tenant = `e${run++}`
        for (const one of sent) await intake.accept(tenant, 'test', [alertOf(one)])
        const told = events
          .filter((event) => event.tenant_id === tenant)
          .map((event) => `${event.event_type} ${(event.payload as Alert).id}`)
        expect(new Set(told).size).toBe(told.length)
      }),
      { numRuns: 100 },
    )
  })
})

describe('a fingerprint', () => {
  /** FNV-1a over name, 0xff, value, 0xff, with numbers of any size. */
  function plainFnv(labels: Record<string, string>): string {
    let hash = 0xcbf29ce484222325n
    for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
      for (const byte of Buffer.concat([
        Buffer.from(name),
        Buffer.from([255]),
        Buffer.from(value),
        Buffer.from([255]),
      ]))
        hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
    return hash.toString(16).padStart(16, '0')
  }

  it('is the one that Alertmanager gives', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' })), (labels) => {
        expect(labelFingerprint(labels)).toBe(plainFnv(labels))
      }),
    )
    expect(labelFingerprint({})).toBe('cbf29ce484222325')
  })
})
