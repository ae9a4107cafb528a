import type { ScoreFactor } from '@aiops/contract/model/decision'
import { Fault } from '../../../kernel/fault.ts'
import { PlacementConfig } from '../config.ts'

/** Settings a replay may have of its own, over those in force. Throws VALIDATION_FAILED, naming the one that is wrong. */
export function replaySettings(
  config: PlacementConfig,
  weights: Partial<Record<ScoreFactor, number>> | undefined,
  settings: Record<string, unknown>,
): PlacementConfig {
  const parsed = PlacementConfig.safeParse({
    ...merged(config, settings),
    ...(weights ? { weights: { cost: 0, latency: 0, credits: 0, availability: 0, ...lower(weights) } } : {}),
  })
  if (parsed.success) return parsed.data
  throw new Fault('VALIDATION_FAILED', 'A setting of the replay is wrong.', {
    details: parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message })),
  })
}

/** Groups are taken over setting by setting, everything else as a whole. */
function merged(config: object, settings: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...config }
  for (const [name, value] of Object.entries(settings)) {
    const before = Object.hasOwn(result, name) ? result[name] : undefined
    const both = isGroup(before) && isGroup(value)
    Object.defineProperty(result, name, {
      value: both ? { ...before, ...value } : value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return result
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const lower = (weights: Partial<Record<ScoreFactor, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name.toLowerCase(), weight]))
