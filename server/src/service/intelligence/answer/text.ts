import type { Claim } from '@aiops/contract/model/answer'
import type { Draft } from './answerer.ts'

/** Citations that stand behind one sentence at most; the claim itself keeps all. */
const shownMax = 4

/** Claims as they are said: the finding, what speaks for it, what limits it, what to do; those that count more to the persona come first. */
export function ordered(claims: readonly Claim[], weightOf: (claim: Claim) => number): Claim[] {
  const rank: Record<Claim['role'], number> = { HEADLINE: 0, FACT: 1, CAVEAT: 2, NEXT_STEP: 3 }
  const weighed = claims.map((claim) => ({ claim, weight: claim.role === 'FACT' ? weightOf(claim) : 1 }))
  return weighed
    .sort((a, b) => rank[a.claim.role] - rank[b.claim.role] || b.weight - a.weight)
    .map(({ claim }) => claim)
}

/** The claims as Markdown, each with what it cites. */
export function textOf(claims: readonly Claim[], { choices }: Pick<Draft, 'choices'>): string {
  const of = (role: Claim['role']): string[] =>
    claims.filter((claim) => claim.role === role).map((claim) => `${claim.text} ${citesOf(claim)}`)
  const facts = of('FACT')
  const steps = of('NEXT_STEP')
  const parts = [
    of('HEADLINE').join(' '),
    facts.length === 1 ? facts[0]! : bullets(facts),
    of('CAVEAT').join('\n\n'),
    steps.length === 0 ? '' : `**Next**\n\n${steps.map((step, i) => `${i + 1}. ${step}`).join('\n')}`,
    bullets(choices.map(({ text }) => text)),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')
const citesOf = ({ cites }: Claim): string =>
  cites
    .slice(0, shownMax)
    .map((id) => `[${id}]`)
    .join('')
