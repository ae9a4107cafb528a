import type { RuleNoise } from '@aiops/contract/model/rule-noise'

/** What a rule told, before it is judged. `usedAtNight`: firings at night that were of use. */
export type RuleCount = Omit<RuleNoise, 'score' | 'parts' | 'advice' | 'sentence'> & { usedAtNight: number }
