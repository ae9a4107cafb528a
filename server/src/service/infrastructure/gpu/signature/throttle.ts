import type { Sample } from '../../index.ts'
import { lengthOf } from '../../length.ts'
import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { devicesIn } from '../devices-in.ts'
import { allOf, type GpuDevice } from '../gpu-device.ts'
import { advice, at, documentation, figure, gpuSignature, minute, seen, spoken } from '../sighting.ts'
import { valueOrNull } from '../value.ts'

type Brake = {
  id: string
  what: string
  /** Counters of time in nanoseconds. */
  counters: readonly string[]
  /** Bits of the clocks event reasons, and what the exporter calls them. */
  bits: number
  events: RegExp
  severity: Signature['severity']
  specificity: number
  consequenceOf: readonly string[]
  /** Time counted here while that one holds the clocks is its doing: nothing is said until it is known whether it lasts. */
  silentUnder?: string
  remedy: string
}

const brakes: readonly Brake[] = [
  {
    ...{ id: 'gpu-throttle-thermal', what: 'heat', counters: ['DCGM_FI_DEV_THERMAL_VIOLATION'] },
    ...{ bits: 0x20 | 0x40, events: /(sw|hw)_thermal/i, severity: 'HIGH', specificity: 0.7 },
    ...{ consequenceOf: ['gpu-fan'], remedy: 'See to air flow, inlet temperature and the node’s fans.' },
  },
  {
    ...{ id: 'gpu-throttle-power', what: 'its power limit', counters: ['DCGM_FI_DEV_POWER_VIOLATION'] },
    ...{ bits: 0x4, events: /power_cap/i, severity: 'LOW', specificity: 0.6 },
    consequenceOf: ['gpu-power-limit-low', 'gpu-throttle-hardware'],
    silentUnder: 'gpu-throttle-hardware',
    remedy: 'Compare its power limit with that of its model; a limit set too low costs work.',
  },
  {
    ...{ id: 'gpu-throttle-hardware', what: 'its hardware (power brake or slowdown)' },
    counters: ['DCGM_FI_DEV_BOARD_LIMIT_VIOLATION', 'DCGM_FI_DEV_RELIABILITY_VIOLATION'],
    ...{ bits: 0x8 | 0x80, events: /hw_(power_brake|slowdown)/i, severity: 'HIGH', specificity: 0.65 },
    consequenceOf: ['gpu-throttle-thermal'],
    remedy:
      'Look at power supplies, their cables and the rack’s power limit: the board was told to slow down.',
  },
  {
    ...{ id: 'gpu-throttle-sync', what: 'a slower GPU of its sync boost group' },
    ...{ counters: ['DCGM_FI_DEV_SYNC_BOOST_VIOLATION'], bits: 0x10, events: /sync_boost/i },
    ...{ severity: 'LOW', specificity: 0.3, consequenceOf: ['gpu-throttle-thermal', 'gpu-throttle-power'] },
    remedy: 'Find the GPU of the group that is held back for a reason of its own.',
  },
]

const reasonMetrics = ['DCGM_FI_DEV_CLOCKS_EVENT_REASONS', 'DCGM_FI_DEV_CLOCK_THROTTLE_REASONS']
const heldMsMin = 2 * minute

export const throttleSignatures = (config: GpuConfig): Signature[] =>
  brakes.map((brake) =>
    gpuSignature({
      ...{
        id: brake.id,
        analyzer: 'gpu-throttle',
        severity: brake.severity,
        consequenceOf: brake.consequenceOf,
      },
      condition: `Clocks held back by ${brake.what} for more than ${config.throttled_percent} % of ${lengthOf(config.throttled_minutes * minute)}, or without a break for two.`,
      not_when:
        'An idle GPU, or clocks that were set on purpose, have reasons of their own; a single short one is normal.',
      documentation_url: documentation.fields,
      *check(history) {
        const above = brakes.find(({ id }) => id === brake.silentUnder)
        for (const device of devicesIn(history)) {
          if (above && isHeld(device, above)) continue
          const seenThere = slowed(history, device, brake, config)
          if (seenThere) yield sightingOf(history, device, brake, seenThere)
        }
      },
    }),
  )

/** Whether the GPU says at this moment that the brake holds its clocks. */
const isHeld = (device: GpuDevice, { bits, events }: Brake): boolean =>
  reasonMetrics.some((metric) => {
    const value = valueOrNull(metric, device.metrics.get(metric)?.value)
    return value !== null && (value & bits) !== 0
  }) ||
  allOf(device, 'DCGM_EXP_CLOCK_EVENTS_COUNT').some(
    ({ labels, value }) => value > 0 && events.test(labels.clock_event ?? ''),
  )

/** `said` ends the sentence that tells of it; `text` is what was read. */
type Slowed = { sample: Sample; said: string; text: string; forMs: number }

function slowed(
  history: ReadingHistory,
  device: GpuDevice,
  brake: Brake,
  config: GpuConfig,
): Slowed | undefined {
  const windowMs = config.throttled_minutes * minute
  for (const metric of brake.counters) {
    const sample = device.metrics.get(metric)
    if (!sample || valueOrNull(metric, sample.value) === null) continue
    const grownNs = history.increase(sample, windowMs)
    const percent = grownNs === undefined ? 0 : (grownNs / (windowMs * 1e6)) * 100
    if (percent > config.throttled_percent) {
      const text = `${figure(Math.min(100, percent))} % of the last ${lengthOf(windowMs)}`
      return { sample, said: ` in ${text}`, text, forMs: windowMs }
    }
  }
  for (const metric of reasonMetrics) {
    const sample = device.metrics.get(metric)
    if (!sample || valueOrNull(metric, sample.value) === null) continue
    const heldMs = history.heldMs(sample, (value) => (value & brake.bits) !== 0)
    if (heldMs >= heldMsMin) {
      const said = ` for ${lengthOf(heldMs)}`
      return { sample, said, text: `clock event reasons ${sample.value}${said}`, forMs: heldMs }
    }
  }
  for (const sample of allOf(device, 'DCGM_EXP_CLOCK_EVENTS_COUNT')) {
    if (!brake.events.test(sample.labels.clock_event ?? '')) continue
    const heldMs = history.heldMs(sample, (value) => value > 0)
    if (heldMs >= heldMsMin)
      return {
        sample,
        said: ` for ${lengthOf(heldMs)}`,
        text: `${figure(sample.value)} clock events ${sample.labels.clock_event}`,
        forMs: heldMs,
      }
  }
  return undefined
}

const sightingOf = (
  history: ReadingHistory,
  device: GpuDevice,
  { what, specificity, remedy }: Brake,
  { sample, said, text, forMs }: Slowed,
): Sighting => ({
  ...at(device),
  title: `${spoken(device)} is held back by ${what}${said}.`,
  ...{ sinceMs: history.now.timeMs - forMs, specificity },
  evidence: [seen(device, sample, text, history.now.timeMs)],
  remediation: [advice.say(remedy), advice.describe(device.node)],
})
