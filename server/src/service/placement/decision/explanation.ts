import { number } from './constraint.ts'
import type { DecisionInput, Verdict } from './decision-input.ts'
import { dollars, percent } from './decision-test.ts'
import { scoreFactors, type WeightsByFactor } from './score.ts'

/** The finding first, then why, then what stands against it: what a colleague would say. */
export function explanationOf(verdict: Verdict, input: DecisionInput, weights: WeightsByFactor): string {
  const { service, current } = input
  if (current === null) return `Nobody says where ${service} runs, so nothing is decided.`
  if (!input.candidates.some(({ reading }) => reading.provider === current))
    return `${service} runs at ${current}, of which nothing is known.`
  const said = [finding(verdict, input), ...because(verdict), ...left(verdict)]
  const missing = scoreFactors.filter((name) => weights[name] === 0)
  if (missing.length > 0 && verdict.options.length > 1)
    said.push(
      `Not compared, for not all sides tell it: ${missing.map((name) => name.toLowerCase()).join(', ')}.`,
    )
  return said.join(' ')
}

function finding(
  { state, to, from, emergency, economics }: Verdict,
  { service, emergency: cause }: DecisionInput,
): string {
  if (state === 'STAYING') return `${service} stays at ${from}.`
  const saving =
    economics && economics.saving_usd.p50 > 0
      ? `: about ${dollars(economics.saving_usd.p50)} in ${number(economics.horizon_hours)} h, migration of ${dollars(economics.migration_usd)} paid`
      : ''
  if (emergency) return `Move ${service} from ${from} to ${to}: ${cause?.reason ?? 'emergency'}.`
  return state === 'RECOMMENDED'
    ? `Move ${service} from ${from} to ${to}${saving}.`
    : `${to} would suit ${service} better than ${from}${saving}.`
}

function because({ gap, to, confidence, options }: Verdict): string[] {
  if (!gap || to === null) return []
  const parts = Object.entries(gap.parts)
    .filter(([, part]) => Math.abs(part) >= 0.0005)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, 3)
    .map(([name, part]) => `${name.toLowerCase()} ${part > 0 ? '+' : '−'}${Math.abs(part).toFixed(3)}`)
  const won =
    confidence === null || options.length < 2
      ? ''
      : ` It wins ${percent(confidence)} of plausible weights and samples.`
  return [`${to} scores ${signed(gap.total)} against ${gap.against} (${parts.join(', ')}).${won}`]
}

function left({ state, tests, from, options }: Verdict): string[] {
  const failed = tests.filter(({ passed, name }) => !passed && name !== 'BETTER_OPTION')
  if (state === 'HELD') return [`Held: ${[...new Set(failed.map(({ detail }) => detail))].join('; ')}.`]
  const out = options.filter(({ provider, excluded }) => provider !== from && excluded.length > 0)
  if (state === 'STAYING' && out.length > 0)
    return out.slice(0, 3).map(({ provider, excluded }) => `${provider} is ruled out: ${excluded[0]}.`)
  return []
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
