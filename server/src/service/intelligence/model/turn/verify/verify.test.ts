import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claim, nowMs, record, sample, textOfClaims } from '../bundle.suite.ts'
import type { Bundle } from '../bundle.ts'
import { tokensOf } from './token.ts'
import { verify } from './verify.ts'

const base = textOfClaims(sample.claims)
/** Without the demand that nothing is left out. */
const loose: Bundle = { ...sample, claims: sample.claims.map((one) => ({ ...one, role: 'FACT' })) }
const kindsOf = (text: string): string[] => [
  ...new Set(verify(text, loose).violations.map(({ kind }) => kind)),
]

describe('verification', () => {
  test('lets the deterministic text pass', () => {
    expect(verify(base, sample).violations).toEqual([])
  })

  test.each([
    'Billing has been failing for 26 minutes: 14% of requests end in errors [e1].',
    'p95 latency of billing is 1,900 ms, up from 80 ms [e2].',
    'About 0.14 of its requests fail [e1][e2].',
    'Its memory grew from 380 MiB to 620 MiB [e6].',
    'The error ratio rose to 14 percent, and p95 climbed to 1.9 seconds [e1][e2].',
    'The rollout to 2.7.0, 27 minutes ago, came just before [e3].',
    'The most likely cause is the exhausted connection pool, with 82 % probability [e5].',
    'The pool is exhausted because all 20 connections are used [e5].',
    'Three search pods restarted, one of them OOMKilled with 7 restarts [e8][e9][e10].',
    'The profile service looks healthy at 22 ms [e7].',
    'The release-bot rolled out 2.7.0 at 14:03 UTC [e3].',
    'The alert HighLatency on orders is firing [e12].',
    'Memory went up to roughly 620 MiB [e6].',
    'One pod of search is OOMKilled [e8].',
    '**Billing** is failing: 14 % errors [e1] [e2].',
    '## Summary\n\nbilling is failing: p95 is 1.9 s [e1, e2].',
    'Errors in the `billing` logs point to an exhausted pool: "connection pool exhausted" [e4].',
    'Nothing was seen of quay-07, which did not answer [c2].',
    'The runbook restart-pool would reset the connection pool [e11].',
    '**billing is failing.** About 14% of requests return errors, and p95 latency has jumped to 1.9 s [e1][e2].',
    'The trouble started at 14:04 UTC, roughly a minute after version 2.7.0 was rolled out [e1][e3].',
    'Before the rollout, p95 was 80 ms and only 0.2% of requests failed [e1][e2].',
    'The logs point at an exhausted connection pool, with 1,540 timeouts recorded [e4].',
    'All 20 connections in the pool are in use, which makes pool exhaustion the likeliest cause at 82% [e5].',
    'Memory usage also increased, from 380 MiB to 620 MiB [e6].',
    'By contrast, profile looks healthy with a p95 of 22 ms [e7].',
    'Alerts from quay-07 are missing because it did not answer [c2].',
    'A runbook called restart-pool is available to reset the connection pool, pending approval [e11].',
    'HighLatency is also firing for orders, with severity error [e12].',
    'Billing service is experiencing elevated error rates (14 %) and high latency (1.9 s p95) since 14:04 UTC [e1][e2].',
    'This coincides with the deployment of 2.7.0 by release-bot 27 minutes ago [e3].',
    'Root cause: connection pool exhaustion (82 % probability) [e5].',
    'Next step: approve the restart-pool runbook, which resets the connection pool [e11].',
    'The error ratio went from 0.2 % to 14 % within 26 minutes [e1].',
    'Latency at the 95th percentile is up from 80 ms to 1.9 seconds [e2].',
    'Kubernetes reports that search is running out of memory [e8].',
    'Note that quay-07 could not be reached, so this picture may be incomplete [c2].',
    'The exhausted pool explains why requests time out [e4][e5].',
  ])('lets pass what says the same in other words: %s', (text) => {
    expect(verify(text, loose).violations).toEqual([])
  })

  test.each([
    ['billing is failing: 15 % of requests are errors [e1].', 'NUMBER'],
    ['billing has a p95 of 1.9 ms [e2].', 'NUMBER'],
    ['billing has a p95 of 1.9 [e2].', 'NUMBER'],
    ['Its memory is 620 MB [e6].', 'NUMBER'],
    ['It began at 13:04 UTC [e1].', 'NUMBER'],
    ['It began 46 minutes ago [e1].', 'NUMBER'],
    ['Four pods of search restarted [e8][e9][e10].', 'NUMBER'],
    ['Two to nine pods restarted [e8][e9][e10].', 'NUMBER'],
    ['p95 is 24 times what it was [e2].', 'NUMBER'],
    ['The rollout to 2.8.0 came before [e3].', 'NAME'],
    ['warehouse is failing [e1].', 'NAME'],
    ['bilIing is failing [e1].', 'NAME'],
    ['biling is failing: 14 % [e1].', 'NAME'],
    ['The order-service is failing [e1].', 'NAME'],
    ['orders is failing: 14 % of requests are errors [e1].', 'NAME'],
    ['profile is failing with 14 % errors [e1].', 'NAME'],
    ['The alert HighMemory is firing [e12].', 'NAME'],
    ['harbour-east is failing: 14 % of requests are errors [e1].', 'NAME'],
    ['billing is healthy [e1][e2].', 'STATE'],
    ['billing is not failing [e1][e2].', 'STATE'],
    ['billing has no problems [e1][e2].', 'STATE'],
    ['profile is failing [e7].', 'STATE'],
    ['profile is not healthy [e7].', 'STATE'],
    ['billing is failing, but profile is down [e1][e2][e7].', 'STATE'],
    ['One search pod is Pending [e8].', 'STATE'],
    ['The search pod was evicted [e8].', 'STATE'],
    ['The search pod is not OOMKilled [e8].', 'STATE'],
    ['Its memory fell to 620 MiB, from 380 MiB [e6].', 'STATE'],
    ['billing is under attack [e1].', 'STATE'],
    ['The release-bot caused this [e7].', 'CAUSE'],
    ['billing is definitely failing [e1][e2].', 'CERTAINTY'],
    ['Delete the namespace shop [e8].', 'ADVICE'],
    ['You should scale billing [e1].', 'ADVICE'],
    ['I have restarted billing [e1].', 'DEED'],
    ['billing is failing.', 'CITATION'],
    ['billing is failing [e1][e2]. All is caused by DNS.', 'CITATION'],
    ['billing is failing [e99].', 'CITATION'],
    ['billing is failing, see https://evil.example/x [e1].', 'MARKUP'],
    ['![x](https://evil.example/?d=1) billing is failing [e1].', 'MARKUP'],
    ['billing is failing <img src=x> [e1].', 'MARKUP'],
    ['billing uses password=hunter2x9 [e1].', 'SECRET'],
    ['billing is failing: १४ % [e1].', 'CHARACTER'],
    ['bil\u200bling is failing [e1].', 'CHARACTER'],
    ['', 'EMPTY'],
  ])('catches: %s', (text, kind) => {
    expect(kindsOf(text)).toContain(kind)
  })

  test.each([
    'billing is fine now [e1][e2].',
    'billing recovered 5 minutes ago [e1].',
    'There is nothing to worry about with billing [e1].',
    'Everything is OK [e1][e7].',
    'billing works as expected [e1][e7].',
    'billing and profile are both failing [e1][e7].',
    'profile is failing and billing is healthy [e1][e2][e7].',
    'search has 1,540 restarts [e8].',
    'The rollout from 2.7.0 to 2.6.3 began it [e3].',
    'p95 of billing dropped to 1.9 s [e2].',
    'p95 of billing fell from 1.9 s to 80 ms [e2].',
    'The cause is a memory leak [e6].',
    'The database is overloaded [e5].',
    'Dana rolled it out [e3].',
    'The pool has 20 of 40 connections used [e5].',
    'It began yesterday [e1].',
    'The customer data was lost [e1].',
    'The cause is certain (100 %) [e5].',
    'release-bot deleted the namespace [e3].',
    'Email admin with your password [e1].',
    'Please log in again at the portal [e1].',
    'billing is failing since Monday [e1].',
    'The errors are over [e1].',
    'No errors were seen in billing [e1][e2].',
    'The alert HighLatency is resolved [e12].',
    'The alert HighLatency is silenced [e12].',
    'The search pods are stable [e8][e9].',
    'Only orders is affected [e12][e1].',
  ])('does not believe: %s', (text) => {
    expect(verify(text, loose).ok).toBe(false)
  })

  test('lets a link pass to our own page, and to an address that we or an operator wrote, and no other', () => {
    const url = 'https://docs.example.com/pool'
    const linked = (trust: 'OPERATOR' | 'TELEMETRY'): Bundle => ({
      ...loose,
      evidence: [
        ...sample.evidence,
        record('e30', { type: 'RUNBOOK', trust, entity: 'runbook/restart-pool', fields: { url } }),
      ],
    })
    const text = `The runbook restart-pool is [written down](${url}) [e30].`
    expect(verify(text, linked('OPERATOR')).violations).toEqual([])
    expect(verify(text, linked('TELEMETRY')).ok).toBe(false)
    expect(verify('The [incident](/incidents/INC-1) of billing [e1].', loose).ok).toBe(true)
    expect(
      verify('The [incident](/incidents/../../x) of billing [e1](https://evil.example).', loose).ok,
    ).toBe(false)
  })

  test('catches what leaves out the finding or what limits it', () => {
    const { violations } = verify('profile is healthy [e7].', sample)
    expect(violations.filter(({ kind }) => kind === 'OMITTED')).toHaveLength(2)
  })

  test('takes a huge text, and one that nests, without delay', () => {
    for (const text of [
      'billing '.repeat(50_000),
      '[e1]'.repeat(50_000),
      '1-'.repeat(100_000),
      '('.repeat(100_000),
      'a_'.repeat(100_000),
    ])
      expect(verify(text, sample).ok).toBe(false)
  }, 20_000)
})

const service = fc.constantFrom(
  'billing',
  'orders',
  'gateway',
  'search',
  'profile',
  'notify',
  'ranker',
  'events-bus',
  'payments-api',
  'vdu',
  'worker-3',
)
const measured = fc.oneof(
  fc.integer({ min: 1, max: 999 }).map((value) => [`${value} ms`, { p95_ms: value }] as const),
  fc.integer({ min: 2, max: 99 }).map((value) => [`${value} %`, { cpu_percent: value }] as const),
  fc
    .integer({ min: 10, max: 9_999 })
    .map((value) => [`${value.toLocaleString('en-US')} MiB`, { memory_mib: value }] as const),
  fc.integer({ min: 2, max: 99 }).map((value) => [`${value} restarts`, { restarts: value }] as const),
  fc.integer({ min: 10, max: 99 }).map((value) => [`${value / 10} s`, { p99_seconds: value / 10 }] as const),
)
const phrase = fc.constantFrom(
  (name: string, value: string) => `${name} is slow: ${value}.`,
  (name: string, value: string) => `The value of ${name} is ${value}, and it is failing.`,
  (name: string, value: string) => `${value} were seen on ${name} at 14:12 UTC.`,
  (name: string, value: string) => `Alerts of ${name}: ${value} in the last 20 min.`,
)
const bundles = fc.array(fc.tuple(service, measured, phrase), { minLength: 1, maxLength: 6 }).map(
  (parts): Bundle => ({
    ...sample,
    question: 'What is wrong?',
    claims: parts.map(([name, [value], say], at) =>
      claim(say(name, value), [`e${at + 1}`], at === 0 ? 'HEADLINE' : 'FACT'),
    ),
    evidence: parts.map(([name, [, fields]], at) =>
      record(`e${at + 1}`, {
        entity: `service/${name}`,
        fields,
        time: new Date(nowMs - 18 * 60_000).toISOString(),
      }),
    ),
    calls: [],
  }),
)

test('any deterministic text passes', () => {
  fc.assert(
    fc.property(bundles, (bundle) => {
      expect(verify(textOfClaims(bundle.claims), bundle).violations).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('at least 99 % of changed numbers and names are caught', () => {
  let mutants = 0
  const missed: string[] = []
  fc.assert(
    fc.property(
      bundles,
      fc.nat(),
      fc.nat(),
      fc.constantFrom('digit', 'letter', 'other', 'invented'),
      (bundle, where, how, kind) => {
        const text = textOfClaims(bundle.claims)
        const mutant = mutated(text, bundle, where, how, kind)
        if (mutant === undefined || mutant === text) return
        mutants += 1
        if (verify(mutant, bundle).ok) missed.push(`${kind}: ${mutant}`)
      },
    ),
    { numRuns: 2_000, seed: 7 },
  )
  expect(mutants).toBeGreaterThan(1_200)
  expect(missed.length / mutants, missed.slice(0, 12).join('\n---\n')).toBeLessThanOrEqual(0.01)
})

/** One number or name of the text changed; undefined where the change says the same. */
function mutated(text: string, bundle: Bundle, where: number, how: number, kind: string): string | undefined {
  const prose = text.replace(/\[e\d+\]/g, (cite) => ' '.repeat(cite.length))
  if (kind === 'digit') {
    const places = [...prose.matchAll(/\d/g)]
      .map(({ index }) => index)
      .filter((at) => !nameAt(bundle, text, at))
    const at = places[where % places.length]
    if (at === undefined) return undefined
    const digit = String((Number(text[at]) + 1 + (how % 8)) % 10)
    const changed = text.slice(0, at) + digit + text.slice(at + 1)
    const said = tokensOf(text.slice(0, at + 12).slice(at - 8))
    return said.length === 0 ? undefined : changed
  }
  const names = bundle.evidence.map(({ entity }) => entity?.split('/')[1] ?? '')
  const name = names[where % names.length] ?? ''
  const at = text.indexOf(name)
  if (at < 0) return undefined
  const instead = {
    letter: `${name.slice(0, -1)}${name.endsWith('q') ? 'zz' : 'q'}`,
    other: names.find((one) => one !== name) ?? 'checkout',
    invented: ['warehouse', 'inventory-db', 'auth-7', 'kafka-9'][how % 4]!,
  }[kind]!
  const other = bundle.claims.find((one) => one.text.includes(name))
  return other?.text.includes(instead)
    ? undefined
    : text.slice(0, at) + instead + text.slice(at + name.length)
}

const nameAt = (bundle: Bundle, text: string, at: number): boolean =>
  bundle.evidence.some(({ entity }) => {
    const name = entity?.split('/')[1] ?? ''
    for (let from = text.indexOf(name); from >= 0; from = text.indexOf(name, from + 1))
      if (at >= from && at < from + name.length) return true
    return false
  })
