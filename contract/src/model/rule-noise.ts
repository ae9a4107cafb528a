import { z } from 'zod'
import { Severity } from './severity.ts'

/** KEEP as it is; RAISE_FOR: let the condition hold for longer before it fires; SILENCE_AT_NIGHT; DELETE. */
export const NoiseAdvice = z.enum(['KEEP', 'RAISE_FOR', 'SILENCE_AT_NIGHT', 'DELETE'])
export type NoiseAdvice = z.infer<typeof NoiseAdvice>

const share = z.number().min(0).max(1)

/** One part of a noise score: the score is the sum of `weight × share` over its parts. */
export const NoisePart = z.object({
  kind: z.enum(['UNUSED', 'SHORT', 'FLAPPING', 'SILENCED']),
  share,
  weight: share,
  sentence: z.string(),
})
export type NoisePart = z.infer<typeof NoisePart>

/** What one alert rule, a name of a source, has told in a time, and how much of it was of use to nobody. */
export const RuleNoise = z.object({
  name: z.string(),
  source: z.string(),
  /** The most severe that it fired with. */
  severity: Severity,
  firings: z.number().int(),
  firing_now: z.number().int(),
  /** Firings that came within 10 minutes after the same alert had resolved. */
  flaps: z.number().int(),
  /** Of those that ended; null where none has. */
  median_seconds: z.number().nullable(),
  /** Firings that ended by themselves within 5 minutes. */
  short: z.number().int(),
  /** Firings in an incident that a person acknowledged, or whose cause was found or confirmed when it was resolved. */
  used: z.number().int(),
  silenced: z.number().int(),
  /** Firings that began between 22:00 and 06:00 UTC. */
  at_night: z.number().int(),
  score: share,
  parts: z.array(NoisePart),
  advice: NoiseAdvice,
  sentence: z.string(),
})
export type RuleNoise = z.infer<typeof RuleNoise>
