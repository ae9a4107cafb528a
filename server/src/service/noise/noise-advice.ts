import type { NoiseAdvice } from '@aiops/contract/model/rule-noise'
import type { RuleCount } from './rule-count.ts'

/** Fewer firings than these say too little: to advise at all, and to advise to delete. */
const judgedFrom = 5
const deletedFrom = 20
const shortShare = 0.5
const flapShare = 0.3
const nightShare = 0.8

/** What to do about a rule, with the numbers that say so. */
export function adviceOf(count: RuleCount, useKnown: boolean): { advice: NoiseAdvice; sentence: string } {
  const { firings, used, usedAtNight, short, flaps, at_night } = count
  const unknown = useKnown
    ? ''
    : ' Whether it was of use is not known: nobody acted on any incident in this time.'
  if (firings < judgedFrom)
    return { advice: 'KEEP', sentence: `Keep: it fired ${times(firings)}, too few to judge.` }
  if (useKnown && used === 0 && firings >= deletedFrom)
    return {
      advice: 'DELETE',
      sentence: `Delete, or make it a dashboard: it fired ${times(firings)} and helped with no incident.`,
    }
  if (firings >= deletedFrom && at_night >= firings * nightShare && useKnown && usedAtNight === 0)
    return {
      advice: 'SILENCE_AT_NIGHT',
      sentence: `Silence at night: ${at_night} of ${firings} firings began between 22:00 and 06:00 UTC, and nobody acted on one of those.`,
    }
  if (short >= firings * shortShare)
    return {
      advice: 'RAISE_FOR',
      sentence: `Raise \`for\` by 5 min: ${short} of ${firings} firings ended by themselves before that.${unknown}`,
    }
  if (flaps >= firings * flapShare)
    return {
      advice: 'RAISE_FOR',
      sentence: `Raise \`for\`, or keep it firing for 10 min: ${flaps} of ${firings} firings came back within 10 min.${unknown}`,
    }
  return {
    advice: 'KEEP',
    sentence: useKnown
      ? `Keep: ${used} of ${firings} firings helped with an incident.`
      : `Keep: it neither flaps nor ends by itself soon.${unknown}`,
  }
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
